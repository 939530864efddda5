//! Before its two hours are over a client opens a second socket and drops the first.

use std::time::Duration;

use client::{Client, Pace};
use serde_json::Value;
use tests::{Account, Stack, deadline::eventually, event, shape::timeless};
use tokio::time::{Instant, sleep};

/// The socket's lifetime here, in seconds.
const LIFETIME: u64 = 5;
const ROTATE_AFTER: Duration = Duration::from_secs(1);
const BETWEEN_MESSAGES: Duration = Duration::from_millis(50);

#[tokio::test]
async fn rotating_sockets_leaves_no_gap_and_no_flicker() {
    let lifetime = ["--lifetime-seconds", &LIFETIME.to_string()];
    let stack = Stack::with().args(lifetime).start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut witness = room.connect(&ada).await;
    let end = Instant::now() + Duration::from_secs(LIFETIME);
    let service = Account::local(&stack, bob.clone()).service();
    let pace = Pace { rotate_after: ROTATE_AFTER, ..Pace::TEST };
    let client = Client::follow(service, room.id, pace);
    witness.expect(&event::member_online(&room, &bob)).await;

    let mut sent: Vec<u64> = Vec::new();
    while Instant::now() < end {
        sent.push(room.send(&ada, "news").await["id"].as_u64().expect("an id"));
        sleep(BETWEEN_MESSAGES).await;
    }

    // The witness does not rotate: it is closed for its age, and saw nobody come or go.
    let (frames, (code, _)) = witness.rest().await;
    assert_eq!(code, 1001);
    let seen: Vec<Value> = frames.iter().map(timeless).collect();
    let messages = sent.iter().take(seen.len());
    let expected: Vec<Value> =
        messages.map(|id| event::message(&room, *id, &ada, "news")).collect();
    assert_eq!(seen, expected, "messages and nothing else");

    let shown = || -> Vec<u64> { client.messages().iter().map(|message| message.id).collect() };
    eventually("every message", async || (shown() == sent).then_some(())).await;
    assert!(client.efforts().sockets >= LIFETIME - 1, "{:?}", client.efforts());
    assert_eq!(room.member(&bob).await.expect("a member")["online"], true);
}
