//! From nothing to the first answers. What a warm function takes is what `latency` measures.

use std::time::{Duration, Instant};

use tests::{
    Room, Stack,
    deadline::eventually,
    process::{children, name, signal},
};

use crate::report::{distribution, duration};

const ROUNDS: usize = 50;

/// Measures the edge's start and the functions' first answers.
pub async fn measure() {
    let started = Instant::now();
    let stack = Stack::start().await;
    duration("edge: start to ready, functions built, no demo", started.elapsed());
    let started = Instant::now();
    let _with_demo = Stack::with().demo().start().await;
    duration("edge: start to ready with demo data", started.elapsed());

    let [ada] = stack.users().await;
    let room = Room::create(&stack, &ada).await;
    cold(&stack, "get_room", async || drop(stack.get(&room.path("")).await)).await;
    cold(&stack, "send_message", async || drop(room.send(&ada, "first").await)).await;
    cold(&stack, "ws_connect", async || drop(room.connect_at_once(&ada).await)).await;
}

/// How long a request takes that finds no process of its function.
async fn cold(stack: &Stack, function: &str, ask: impl AsyncFn()) {
    let mut times: Vec<Duration> = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        stack.quiet().await;
        let processes = children(stack.edge.id()).into_iter();
        let of_function = processes.filter(|process| name(*process) == function);
        for process in of_function {
            signal(process, "KILL");
            eventually("the end of a process", async || name(process).is_empty().then_some(()))
                .await;
        }
        let started = Instant::now();
        ask().await;
        times.push(started.elapsed());
    }
    distribution(&format!("{function}: process start to first answer"), times);
}
