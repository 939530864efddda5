//! Tickets and access tokens: who gets in, and who may do what.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

mod emails;
mod front_door;
mod keys;
mod origins;
mod permissions;
mod room_tickets;
mod routes;
mod sign_out;
mod texts;
mod tickets;
mod tokens;
