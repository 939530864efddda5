//! Requests that are made again change and announce nothing.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Account, Reply, Stack,
    account::{accounts, guarded},
};

use super::Witness;

async fn create_named(stack: &Stack, account: &Account, key: &str, name: &str) -> Reply {
    let request = stack.request(Method::POST, "/api/v1/chat/rooms");
    let body = json!({ "user_id": account.id(), "name": name });
    let request = request.header("accessToken", &account.token).header("Idempotency-Key", key);
    stack.ask(request.json(&body)).await
}

async fn create(stack: &Stack, account: &Account, key: &str) -> Value {
    create_named(stack, account, key, "한 번만").await.expect(201)["data"].clone()
}

#[tokio::test]
async fn a_repeated_creation_is_one_room_also_at_once() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let first = create(&stack, &ada, "key").await;
    assert_eq!(create(&stack, &ada, "key").await, first);
    let others = join_all((0..10).map(|_| create(&stack, &ada, "another"))).await;
    let ids: BTreeSet<u64> = others.iter().filter_map(|room| room["id"].as_u64()).collect();
    assert_eq!(ids.len(), 1, "{others:?}");
    assert_ne!(create(&stack, &bob, "key").await["id"], first["id"], "a key belongs to its user");

    let refused = create_named(&stack, &ada, "key", "another name").await;
    assert_eq!(refused.expect(409)["error"]["code"], "idempotency_key_reused");

    let rooms = ada.get(&format!("/api/v1/chat/users/{}/rooms", ada.id())).await.expect(200);
    assert_eq!(rooms["data"].as_array().map(Vec::len), Some(2), "{rooms}");
}

#[tokio::test]
async fn reading_on_is_announced_and_reading_again_is_not() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let mut witness = Witness::open(&ada, room).await;
    let read = async |message: Option<u64>| {
        let mut body = json!({ "user_id": bob.id() });
        if let Some(id) = message {
            body["message_id"] = id.into();
        }
        bob.post(&format!("/api/v1/chat/rooms/{room}/read"), &body).await.expect(200);
        stack.quiet().await;
    };
    // After each round a message is sent: the first is there in the second round.
    for (reads, announced) in [
        ([None, None], vec![0]),
        ([Some(1), Some(1)], vec![1]),
        ([None, None], vec![2]),
        ([Some(1), Some(2)], vec![]),
        ([Some(3), None], vec![3, 4]),
    ] {
        for message in reads {
            read(message).await;
        }
        let frames = witness.frames().await;
        let marks = frames.iter().filter(|frame| frame["type"] == "read");
        let marks: Vec<u64> =
            marks.filter_map(|frame| frame["data"]["last_read_message_id"].as_u64()).collect();
        assert_eq!(marks, announced, "after reading {reads:?}: {frames:?}");
    }
}
