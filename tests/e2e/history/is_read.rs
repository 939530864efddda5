//! A message is read once every other current member has read it.

use serde_json::json;
use tests::{Room, Stack, User};

use super::Page;

/// Whether the messages are read, the oldest first.
async fn is_read(stack: &Stack, room: &Room) -> Vec<bool> {
    let page = Page::messages(stack, room, "?after=0").await;
    page.entries
        .iter()
        .map(|message| message["is_read"].as_bool().expect("a truth value"))
        .collect()
}

async fn read(room: &Room, user: &User, message: u64) {
    let body = json!({ "user_id": user.id, "message_id": message });
    room.post("/read", &body).await.expect(200);
}

#[tokio::test]
async fn it_takes_every_other_member_and_not_the_author() {
    let stack = Stack::start().await;
    let [ada, bob, cho] = stack.users().await;
    let room = stack.room(&[&ada, &bob, &cho]).await;
    room.send(&ada, "one").await;
    room.send(&ada, "two").await;
    assert_eq!(is_read(&stack, &room).await, [false, false]);

    read(&room, &bob, 2).await;
    assert_eq!(is_read(&stack, &room).await, [false, false]);
    read(&room, &cho, 1).await;
    assert_eq!(is_read(&stack, &room).await, [true, false]);
    room.send(&cho, "an answer reads what is before it").await;
    assert_eq!(is_read(&stack, &room).await, [true, true, false]);
}

#[tokio::test]
async fn who_left_is_not_waited_for_and_who_joined_has_read_what_was_before() {
    let stack = Stack::start().await;
    let [ada, bob, cho] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    room.send(&ada, "is anybody here?").await;
    assert_eq!(is_read(&stack, &room).await, [false]);

    room.add(&cho).await.expect(201);
    room.remove(&bob).await.expect(200);

    assert_eq!(is_read(&stack, &room).await, [true]);
}

#[tokio::test]
async fn alone_nobody_has_read_it() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    room.send(&ada, "to myself").await;
    assert_eq!(is_read(&stack, &room).await, [false]);
}
