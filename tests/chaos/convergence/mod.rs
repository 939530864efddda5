//! Random joins, leaves, reads, sends and sockets that come and go, while functions die: after quiet
//! every live socket has seen what it should, and shows what `GET` shows.

mod calls;
mod device;
mod ledger;
mod steps;
mod verdict;
mod view;
mod world;

use std::time::Duration;

use tests::{figures, user::fresh_id};

use world::World;

const STEPS: usize = 120;
/// Who dies behind the stream keeps a room's lease for 30 s, a sender before that for 5 s; who looks
/// after them comes up to 5 s late, and may die as well.
const QUIET_WITHIN: Duration = Duration::from_secs(90);

async fn play(seed: u64) {
    let mut world = World::open(seed).await;
    for _ in 0..STEPS {
        world.step().await;
    }
    world.quiet(QUIET_WITHIN).await;
    let figures = world.figures().await;
    figures::report(format!("convergence: seed {seed}, {STEPS} steps, {figures}"));
    let wrong = world.wrong().await;
    assert!(wrong.is_empty(), "seed {seed}:\n{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_ends_with_the_same_whoever_dies_with_seed_1() {
    play(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_ends_with_the_same_whoever_dies_with_seed_2() {
    play(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_ends_with_the_same_whoever_dies_with_seed_3() {
    play(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_ends_with_the_same_whoever_dies_with_a_seed_that_is_printed() {
    play(fresh_id()).await;
}
