//! The guides' own example code, as written, in the programs it is written for.
//!
//! `./tests/run` installs these programs and turns the feature `guide` on; a plain `cargo test`
//! does without.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

mod browser;
mod clients;
mod inspector;
mod javascript;
mod management;
mod program;
mod python;
mod room_one;
mod startup_examples;
mod tickets;
