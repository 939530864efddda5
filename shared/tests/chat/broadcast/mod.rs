//! The broadcaster: who gets a frame, and what each answer of the WebSocket API means.

mod closing;
mod delivery;
mod frames;
mod outcomes;
mod stale_sockets;
