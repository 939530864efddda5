//! Figures of a running chat: `cargo bench -p tests --bench load`. Bounded, ten minutes or so.
//! `-- rooms sizes` measures only these parts, `-- profiles` what other profiles make of the functions.

mod baseline;
mod crowd;
mod emulator;
mod fan_out;
mod handshakes;
mod idle;
mod latency;
mod long_run;
mod node;
mod paces;
mod presence;
mod profiles;
mod report;
mod run;
mod size;
mod start;

use std::env;

use report::heading;

#[tokio::main]
async fn main() {
    tests::binaries::directory();
    part("start", "start", start::measure()).await;
    part("latency", "a message to 2 sockets", latency::measure()).await;
    part("idle", "sockets that wait", idle::measure()).await;
    part("handshakes", "posts over TLS by a new client", handshakes::measure()).await;
    part("rooms", "a message to a room", fan_out::measure()).await;
    part("paces", "320 messages", paces::measure()).await;
    part("presence", "presence", presence::measure()).await;
    part("long_run", "20,000 messages in a row", long_run::measure()).await;
    part("sizes", "sizes", async { size::of_binaries() }).await;
    if is_named("profiles") {
        heading("the functions, each profile as LTO, opt-level, panic");
        profiles::measure().await;
    }
    report::json();
}

/// Measures this part if the command line names it, or none.
async fn part(name: &str, title: &str, measure: impl Future<Output = ()>) {
    if named().next().is_none() || is_named(name) {
        heading(title);
        measure.await;
    }
}

fn is_named(part: &str) -> bool {
    named().any(|name| name == part)
}

/// The parts that the command line names. Cargo adds options of its own.
fn named() -> impl Iterator<Item = String> {
    env::args().skip(1).filter(|argument| !argument.starts_with('-'))
}
