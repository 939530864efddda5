//! Many messages: one after the other, several in flight, and so many a second.

use tests::Stack;

use crate::{
    crowd::Crowd,
    run::{Pace, run},
};

const MESSAGES: usize = 320;
const RATE: u32 = 50;

/// Measures deliveries a second, how soon they come, and in which order.
pub async fn measure() {
    for size in [100, 1_000] {
        let stack = Stack::start().await;
        let crowd = Crowd::gather(&stack, size).await;
        run(&stack, &crowd, 16, Pace::InFlight(1)).await;
        for at_once in [1, 16] {
            let outcome = run(&stack, &crowd, MESSAGES, Pace::InFlight(at_once)).await;
            outcome.report(&format!("{size} sockets, {at_once} in flight"));
        }
        if size == 100 {
            let outcome = run(&stack, &crowd, MESSAGES, Pace::PerSecond(RATE)).await;
            outcome.report(&format!("{size} sockets, {RATE} messages a second"));
        }
    }
}
