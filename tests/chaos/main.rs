//! Everything fails at random, and nobody misses anything.
//!
//! A program of its own, so that it has the machine to itself.

mod convergence;
mod crash;
mod crew;
mod differences;
mod durability;
#[cfg(feature = "guide")]
mod javascript;
#[path = "../e2e/delivery_model/random.rs"]
mod random;

use std::time::Duration;

use tests::{account::guarded, figures};
use tokio::time::timeout;

use crew::{Crew, faults_of};
use differences::Differences;

const FAULTS: &str = "kill_socket=0.02,post_410=0.02,post_429=0.02,post_500=0.02,\
                      lose_disconnect=0.2,kill_function=0.05,kill_at_post=0.005:5";
const CLIENTS: u64 = 6;
/// How long messages are sent, and how long everything may then take to arrive.
const SENDING: Duration = Duration::from_secs(15);
/// Whoever dies behind the stream is repeated within seconds, but is killed again and again.
const SETTLING: Duration = Duration::from_secs(75);
/// Fewer would show nothing.
const LEAST_MESSAGES: usize = 100;
const LEAST_FAULTS: u64 = 50;

#[tokio::test(flavor = "multi_thread")]
async fn every_client_ends_with_the_same_messages_whatever_fails() {
    let seed = std::process::id();
    let arguments = ["--faults", FAULTS, "--faults-seed", &seed.to_string()];
    let stack = guarded().args(arguments).start().await;
    let crew = Crew::enter(&stack, CLIENTS).await;

    let chatter = timeout(SENDING + SETTLING, crew.chatter(SENDING)).await;
    let acknowledged = chatter.expect("every send is acknowledged in the end");
    let differences = crew.agree(&acknowledged, SETTLING).await;

    let (messages, efforts) = (acknowledged.len(), crew.efforts());
    let (injected, faults) = faults_of(&stack).await;
    figures::report(format!(
        "chaos: seed {seed}, {CLIENTS} clients, {messages} messages, {injected} faults {faults}, \
         {efforts:?}, {differences}"
    ));
    assert_eq!(differences, Differences::default());
    assert!(messages >= LEAST_MESSAGES, "only {messages} messages were sent");
    assert!(injected >= LEAST_FAULTS, "only {injected} faults happened");
}
