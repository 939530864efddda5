//! From nothing to the first answers. What a warm function takes is what `latency` measures.

use std::time::{Duration, Instant};

use tests::{
    Room, Stack,
    deadline::eventually,
    process::{children, name, signal},
};
use tokio::time::sleep;

use crate::report::{distribution, duration};

const ROUNDS: usize = 50;
/// When the edge knows that a process has ended.
const NOTICED: Duration = Duration::from_millis(20);
/// One that reads, the largest one, and one of a handshake.
pub const FUNCTIONS: [&str; 3] = ["get_room", "send_message", "ws_connect"];

/// Measures the edge's start and the functions' first answers.
pub async fn measure() {
    let started = Instant::now();
    let stack = Stack::start().await;
    duration("edge: start to ready, functions built, no demo", started.elapsed());
    let started = Instant::now();
    let _with_demo = Stack::with().demo().start().await;
    duration("edge: start to ready with demo data", started.elapsed());

    for (function, times) in FUNCTIONS.iter().zip(first_answers(&stack, ROUNDS).await) {
        distribution(&format!("{function}: process start to first answer"), times);
    }
}

/// How long each of the functions took to answer from nothing, so many times.
pub async fn first_answers(stack: &Stack, rounds: usize) -> [Vec<Duration>; 3] {
    let [ada] = stack.users().await;
    let room = Room::create(stack, &ada).await;
    [
        cold(stack, FUNCTIONS[0], rounds, async || drop(stack.get(&room.path("")).await)).await,
        cold(stack, FUNCTIONS[1], rounds, async || drop(room.send(&ada, "first").await)).await,
        cold(stack, FUNCTIONS[2], rounds, async || drop(room.connect_at_once(&ada).await)).await,
    ]
}

/// How long a request takes that finds no process of its function.
async fn cold(stack: &Stack, function: &str, rounds: usize, ask: impl AsyncFn()) -> Vec<Duration> {
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        stack.quiet().await;
        let processes = children(stack.edge.id()).into_iter();
        let of_function = processes.filter(|process| name(*process) == function);
        for process in of_function {
            signal(process, "KILL");
            eventually("the end of a process", async || name(process).is_empty().then_some(()))
                .await;
        }
        sleep(NOTICED).await;
        let started = Instant::now();
        ask().await;
        times.push(started.elapsed());
    }
    times
}
