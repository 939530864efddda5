//! What an idempotency key may be, and where it counts.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Reply, Room, Stack};

pub(super) async fn send(stack: &Stack, room: &Room, key: &str, body: &Value) -> Reply {
    let request = stack.request(Method::POST, &room.path("/messages"));
    stack.ask(request.header("Idempotency-Key", key).json(body)).await
}

#[tokio::test]
async fn a_key_is_one_to_255_visible_ascii_characters() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let body = json!({ "user_id": ada.id, "message": "keyed" });
    for (number, key) in ["k", "!~#/+=", &"k".repeat(255)].into_iter().enumerate() {
        let sent = send(&stack, &room, key, &body).await.expect(201);
        assert_eq!(sent["data"]["id"], number + 1, "{key}");
    }
    for key in ["", "two words", &"k".repeat(256), "열쇠"] {
        let answer = send(&stack, &room, key, &body).await;
        let message = answer.refusal(400);
        assert!(message.starts_with("Idempotency-Key: "), "{key}: {message}");
        assert_eq!(answer.json()["error"]["code"], "invalid_parameter");
    }
}

#[tokio::test]
async fn a_key_belongs_to_its_user() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    for (id, user) in [(1, &ada), (2, &bob)] {
        let body = json!({ "user_id": user.id, "message": "the same words" });
        assert_eq!(send(&stack, &room, "the-same-key", &body).await.expect(201)["data"]["id"], id);
    }
}

#[tokio::test]
async fn without_a_key_every_send_is_another_message() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    for id in 1..=3 {
        assert_eq!(room.send(&ada, "the same words").await["id"], id);
    }
}
