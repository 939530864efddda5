//! The chat and its edge from outside: real processes, real sockets, one file per behaviour.
//!
//! Everything but `edge/` is the wire contract and holds for any deployment.

mod auth;
mod bad_input;
mod edge;
mod guide_requests;
mod history;
mod membership;
mod presence;
mod profiles_and_rooms;
mod races;
mod reading;
mod receive_only;
mod sample_bugs;
mod sending;
