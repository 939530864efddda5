//! Figures of a running chat: `cargo bench -p tests --bench load`. Bounded, five minutes or so.

mod baseline;
mod crowd;
mod fan_out;
mod in_flight;
mod latency;
mod long_run;
mod presence;
mod report;
mod size;
mod start;

use report::heading;

#[tokio::main]
async fn main() {
    tests::binaries::directory();
    heading("start");
    start::measure().await;
    heading("a message to 2 sockets");
    latency::measure().await;
    heading("a message to 10, 100 and 1,000 sockets");
    fan_out::measure().await;
    heading("320 messages in a row");
    in_flight::measure().await;
    heading("presence");
    presence::measure().await;
    heading("20,000 messages in a row");
    long_run::measure().await;
    heading("size");
    size::of_binaries();
    report::json();
}
