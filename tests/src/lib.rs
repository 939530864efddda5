//! The tests' harness: starts the real edge with the real functions and talks to it as clients do.
//!
//! It knows the wire contract and the edge's command line, and nothing of the code behind them.
#![expect(clippy::missing_panics_doc, reason = "a harness fails the test it serves by panicking")]

pub mod account;
pub mod agreement;
pub mod api;
pub mod binaries;
pub mod connections;
pub mod deadline;
pub mod edge;
pub mod event;
pub mod figures;
pub mod log;
pub mod outbox;
pub mod process;
pub mod program;
pub mod reply;
pub mod room;
pub mod shape;
pub mod signature;
pub mod socket;
pub mod spec;
pub mod stack;
pub mod target;
pub mod tls;
pub mod token;
pub mod user;

pub use account::Account;
pub use api::Api;
pub use edge::Edge;
pub use reply::Reply;
pub use room::Room;
pub use socket::Socket;
pub use stack::Stack;
pub use user::User;
