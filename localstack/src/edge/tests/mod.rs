//! The edge from outside: real clients, real sockets, and functions whose answers a test decides.

mod bench;
mod handshake;
mod http;
mod management;
mod recorder;
mod session;
mod template;
