//! Figures of a running chat: `cargo bench -p tests --bench load`. Bounded, ten minutes or so.
//! `-- rooms sizes` measures only these parts.

mod baseline;
mod crowd;
mod fan_out;
mod handshakes;
mod idle;
mod latency;
mod long_run;
mod node;
mod paces;
mod presence;
mod report;
mod run;
mod size;
mod start;

use std::env;

use report::heading;

#[tokio::main]
async fn main() {
    tests::binaries::directory();
    if wants("start") {
        heading("start");
        start::measure().await;
    }
    if wants("latency") {
        heading("a message to 2 sockets");
        latency::measure().await;
    }
    if wants("idle") {
        heading("sockets that wait");
        idle::measure().await;
    }
    if wants("handshakes") {
        heading("posts over TLS by a new client");
        handshakes::measure().await;
    }
    if wants("rooms") {
        heading("a message to a room");
        fan_out::measure().await;
    }
    if wants("paces") {
        heading("320 messages");
        paces::measure().await;
    }
    if wants("presence") {
        heading("presence");
        presence::measure().await;
    }
    if wants("long_run") {
        heading("20,000 messages in a row");
        long_run::measure().await;
    }
    if wants("sizes") {
        heading("sizes");
        size::of_binaries();
    }
    report::json();
}

/// Whether the command line names this part, or none. Cargo adds options of its own.
fn wants(part: &str) -> bool {
    let mut named = env::args().skip(1).filter(|argument| !argument.starts_with('-')).peekable();
    named.peek().is_none() || named.any(|name| name == part)
}
