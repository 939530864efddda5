//! The chat and its edge from outside: real processes, real sockets, one file per behaviour.
//!
//! What `contract/run` does not leave out is the wire contract and holds for any deployment.

mod auth;
mod bad_input;
mod closed;
mod command_line;
mod database_calls;
mod delivery_model;
mod edge;
mod guide_requests;
mod history;
mod logged_secrets;
mod membership;
mod outbox;
mod policies;
mod presence;
mod profiles_and_rooms;
mod races;
mod reading;
mod receive_only;
mod removed_members;
mod sample_bugs;
mod sending;
mod ticket_dialect;
mod user_limits;
