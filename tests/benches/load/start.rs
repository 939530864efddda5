//! From nothing to the first answers. What a warm function takes is what `latency` measures.

use std::time::Instant;

use tests::{Room, Stack};

use crate::report::duration;

/// Measures the edge's start and the functions' first answers.
pub async fn measure() {
    let started = Instant::now();
    let stack = Stack::start().await;
    duration("edge: start to ready, functions built, no demo", started.elapsed());

    let [ada] = timed("put_user: process start to first answer", stack.users()).await;
    let room =
        timed("create_room: process start to first answer", Room::create(&stack, &ada)).await;
    timed("send_message: process start to first answer", room.send(&ada, "first")).await;
    timed("a first socket", room.connect_at_once(&ada)).await;

    let started = Instant::now();
    let _stack = Stack::with().demo().start().await;
    duration("edge: start to ready with demo data", started.elapsed());
}

async fn timed<T>(name: &str, work: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let result = work.await;
    duration(name, started.elapsed());
    result
}
