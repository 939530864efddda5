//! Sockets that come and go while others send and read, with faults, for as long as it is told:
//! `cargo bench -p tests --bench soak -- --minutes 30`. Nothing may grow.

mod sample;
mod traffic;

use std::{
    ffi::OsStr,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Parser;
use futures_util::future::join_all;
use tests::{Stack, binaries};
use tokio::time::sleep;

use sample::Sample;
use traffic::Traffic;

const FAULTS: &str =
    "kill_socket=0.0005,post_429=0.001,post_500=0.001,lose_disconnect=0.1,kill_function=0.0005";

#[derive(Parser)]
struct Options {
    /// How long it lasts, after the sockets are open.
    #[arg(long, default_value_t = 30)]
    minutes: u32,
    /// How many sockets there are.
    #[arg(long, default_value_t = 1_000)]
    sockets: usize,
    /// What Cargo adds.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() {
    let options = Options::parse();
    // On a disk, so that what the chat stores does not count as memory of the edge.
    let data = binaries::target().join(format!("soak-{}", std::process::id()));
    let arguments: [&OsStr; 4] =
        ["--faults".as_ref(), FAULTS.as_ref(), "--data".as_ref(), data.as_os_str()];
    let stack = Stack::with().args(arguments).start().await;
    let traffic = Arc::new(Traffic::on(&stack, options.sockets).await);
    let workers = Arc::clone(&traffic).start();

    let ends_at = Instant::now() + Duration::from_mins(1) * options.minutes;
    let mut samples = Vec::new();
    Sample::print_heading();
    while Instant::now() < ends_at {
        sleep(Duration::from_mins(1)).await;
        let sample = Sample::take(stack.edge.id(), traffic.take_latencies());
        sample.print();
        samples.push(sample);
    }
    traffic.stop();
    join_all(workers).await;
    sample::print_growth(&samples);
    drop(stack);
    let _ = std::fs::remove_dir_all(data);
}
