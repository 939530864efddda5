//! Random joins, leaves, removals, connects, disconnects and sends, against a model of who may see
//! what: every socket must have seen exactly that.

mod device;
mod events;
mod frames;
mod random;
mod steps;
mod world;

use random::Random;
use tests::user::fresh_id;
use world::World;

const STEPS: usize = 200;

async fn play(seed: u64) {
    let mut world = World::open(Random::new(seed)).await;
    for step in 1..=STEPS {
        world.step().await;
        if step % 50 == 0 {
            world.settle().await;
        }
    }
    eprintln!("seed {seed}: {}", world.report());
}

#[tokio::test]
async fn every_socket_sees_what_the_model_says_with_seed_1() {
    play(1).await;
}

#[tokio::test]
async fn every_socket_sees_what_the_model_says_with_seed_2() {
    play(2).await;
}

#[tokio::test]
async fn every_socket_sees_what_the_model_says_with_a_seed_that_is_printed() {
    let seed = fresh_id();
    eprintln!("seed {seed}");
    play(seed).await;
}
