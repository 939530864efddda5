//! Read marks at a message.

use serde_json::json;
use tests::{Reply, Room, Stack, User, event};

async fn read(room: &Room, user: &User, message: u64) -> Reply {
    room.post("/read", &json!({ "user_id": user.id, "message_id": message })).await
}

async fn unread(room: &Room, user: &User) -> u64 {
    let member = room.member(user).await.expect("a member of the room");
    member["unread_count"].as_u64().expect("unread_count is a number")
}

#[tokio::test]
async fn a_read_mark_moves_to_the_message_and_never_back() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    for _ in 0..5 {
        room.send(&ada, "news").await;
    }
    let mut socket = room.connect(&ada).await;

    for (message, left, is_broadcast) in
        [(2, 3, true), (1, 3, false), (4, 1, true), (2, 1, false), (5, 0, true)]
    {
        let answer = read(&room, &bob, message).await.expect(200);
        assert_eq!(answer, json!({ "success": true, "message": "Messages marked as read" }));
        assert_eq!(unread(&room, &bob).await, left, "after message {message}");
        if is_broadcast {
            socket.expect(&event::read(&room, &bob, message)).await;
        }
    }
    room.expect_silence(&mut socket, &ada).await;
}

#[tokio::test]
async fn a_message_that_is_not_there_yet_cannot_be_read() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    room.send(&ada, "the only one").await;
    let message = read(&room, &bob, 2).await.refusal(422);
    assert!(message.starts_with("message_id"), "{message}");
    for message_id in [json!(0), json!(-1), json!("1"), json!(1.5)] {
        let body = json!({ "user_id": bob.id, "message_id": message_id });
        let message = room.post("/read", &body).await.refusal(422);
        assert!(message.starts_with("message_id"), "{message}");
    }
    assert_eq!(unread(&room, &bob).await, 1);
}

#[tokio::test]
async fn reading_at_once_ends_at_the_furthest_mark() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    for _ in 0..20 {
        room.send(&ada, "news").await;
    }
    let reads = (1..=19).map(|message| read(&room, &bob, message));
    for answer in futures_util::future::join_all(reads).await {
        answer.expect(200);
    }
    assert_eq!(unread(&room, &bob).await, 1);
}
