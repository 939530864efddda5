//! Twenty thousand messages in a row: what the table's stream keeps must not slow the writes down.

use std::time::{Duration, Instant};

use tests::Stack;

use crate::{
    report::{duration, figure, quantile},
    size,
};

const SENDS: usize = 20_000;
const SAMPLE: usize = 1_000;

/// Measures the first and the last thousand, and what the edge has in memory after each.
pub async fn measure() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let mut answered: Vec<Duration> = Vec::with_capacity(SENDS);
    for round in 1..=SENDS {
        let started = Instant::now();
        room.send(&ada, "once more").await;
        answered.push(started.elapsed());
        if round == SAMPLE || round == SENDS {
            let memory = size::resident(&stack);
            figure(&format!("resident memory after {round} sends"), memory);
        }
    }
    duration("the first thousand, p50", quantile(&mut answered[..SAMPLE], 50));
    duration("the last thousand, p50", quantile(&mut answered[SENDS - SAMPLE..], 50));
}
