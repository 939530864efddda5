//! The broadcaster against a real table and a WebSocket API that answers as it is told to.

#[path = "../chat/mod.rs"]
mod chat;
mod delivery;
mod expulsion;
mod frames;
mod outcomes;
mod presence;
mod scene;
mod stage;
mod stale_sockets;
