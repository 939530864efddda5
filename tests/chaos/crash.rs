//! One fault at a time, where it hurts.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Room, Stack, event, shape::timeless};

/// The lease of who died is over after five seconds, and somebody looks at most five later.
const LOOKED_AFTER: Duration = Duration::from_secs(20);

/// A stack whose first post to a socket kills the function that makes it.
async fn stack() -> Stack {
    Stack::with().args(["--faults", "kill_at_post=1:1"]).start().await
}

async fn send(stack: &Stack, room: &Room, key: &str, body: &Value) -> tests::Reply {
    let request = stack.request(Method::POST, &room.path("/messages"));
    stack.ask(request.header("Idempotency-Key", key).json(body)).await
}

#[tokio::test]
async fn a_message_whose_sender_died_before_the_broadcast_is_broadcast_once_and_repeated_by_its_name()
 {
    let stack = stack().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let mut socket = room.connect(&ada).await;
    let body = json!({ "user_id": ada.id, "message": "once" });

    let died = send(&stack, &room, "key", &body).await;
    let repeated = send(&stack, &room, "key", &body).await;

    assert_eq!(died.status, 500, "{}", died.text);
    let sent = repeated.data(201, "Message sent successfully");
    assert_eq!(timeless(&sent), event::named(event::message_data(&room, 1, &ada, "once"), "key"));
    let came = timeless(&socket.next_after(LOOKED_AFTER).await);
    assert_eq!(came, event::named(event::message(&room, 1, &ada, "once"), "key"));
    let again = send(&stack, &room, "key", &body).await;
    assert_eq!(again.data(201, "Message sent successfully"), sent);
    let faults = stack.get("/_edge/faults").await.expect(200);
    assert_eq!(faults["kill_at_post"], 1);
    let next = room.send(&ada, "nothing in between").await;
    assert_eq!(next["id"], 2);
    socket.expect(&event::message(&room, 2, &ada, "nothing in between")).await;
}

#[tokio::test]
async fn a_message_whose_sender_died_before_the_broadcast_is_in_the_history_and_comes_by_itself() {
    let stack = stack().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let mut socket = room.connect(&ada).await;

    let body = json!({ "user_id": ada.id, "message": "stored" });
    assert_eq!(room.post("/messages", &body).await.status, 500);

    let page = stack.get(&room.path("/messages?after=0")).await.expect(200);
    assert_eq!(page["data"][0]["message"], "stored");
    let next = room.send(&ada, "the next waits for it").await;
    assert_eq!(next["id"], 2);
    for id in [1, 2] {
        assert_eq!(socket.next_after(LOOKED_AFTER).await["data"]["id"], json!(id));
    }
}
