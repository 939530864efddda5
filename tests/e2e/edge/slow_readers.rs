//! Clients that read slowly or not at all cost the others nothing.

use reqwest::Method;
use tests::{Stack, deadline::eventually};

use super::connections::{Client, call, post};

const LARGE: usize = 120_000;

/// Posts until the answer is 429, and gives how many were accepted.
async fn fill(stack: &Stack, id: &str) -> usize {
    let mut accepted = 0;
    // The system's own buffers take some megabytes before the edge's queue fills.
    while accepted < 1_000 {
        let answer = post(stack, id, "x".repeat(LARGE)).await;
        match answer.status {
            200 => accepted += 1,
            429 => {
                assert_eq!(answer.header("x-amzn-errortype"), "LimitExceededException");
                return accepted;
            }
            other => panic!("expected 200 or 429, came {other}: {}", answer.text),
        }
    }
    panic!("{accepted} large frames were accepted for a client that reads nothing");
}

#[tokio::test]
async fn a_full_buffer_answers_429_and_loses_nothing_that_was_accepted() {
    let stack = Stack::with().probe().start().await;
    let mut client = Client::connect(&stack).await;

    let accepted = fill(&stack, &client.id).await;

    for _ in 0..accepted {
        assert_eq!(client.socket.next_text().await.len(), LARGE);
    }
    assert_eq!(post(&stack, &client.id, "again").await.status, 200);
    assert_eq!(client.socket.next_text().await, "again");
}

#[tokio::test]
async fn a_slow_reader_does_not_delay_others() {
    let stack = Stack::with().probe().start().await;
    let slow = Client::connect(&stack).await;
    let mut quick = Client::connect(&stack).await;
    fill(&stack, &slow.id).await;
    assert_eq!(post(&stack, &quick.id, "at once").await.status, 200);
    assert_eq!(quick.socket.next_text().await, "at once");
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_closed() {
    let stack = Stack::with().probe().args(["--slow-client-seconds", "1"]).start().await;
    let mut witness = Client::witness(&stack).await;
    let slow = Client::connect(&stack).await;
    witness.hears("CONNECT").await;
    fill(&stack, &slow.id).await;
    eventually("the slow client to be gone", async || {
        (post(&stack, &slow.id, "x").await.status == 410).then_some(())
    })
    .await;
    assert_eq!(witness.hears_of_the_end().await.0, 1006);
}

#[tokio::test]
async fn deleting_a_client_that_reads_nothing_does_not_wait_for_it() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    let slow = Client::connect(&stack).await;
    witness.hears("CONNECT").await;
    fill(&stack, &slow.id).await;

    assert_eq!(stack.ask_signed(call(&stack, Method::DELETE, &slow.id)).await.status, 204);

    assert_eq!(witness.hears_of_the_end().await.0, 1000);
}
