//! Figures of a running chat: `cargo bench -p tests --bench load`. Bounded, a minute or so.

mod crowd;
mod fan_out;
mod latency;
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
    heading("a message to 1,000 sockets");
    fan_out::measure().await;
    heading("size");
    size::of_binaries();
}
