//! Tickets and access tokens: who gets in, who may do what, and what nobody is told.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

mod account;
mod devices;
mod dialects;
mod error_frames;
mod keys;
mod logs;
mod model;
mod origins;
mod permissions;
mod profiles;
mod revocation;
mod room_tickets;
mod routes;
mod startup;
mod tickets;
mod tokens;
mod trips;
