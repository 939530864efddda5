//! Read marks and unread counts.

use serde_json::json;
use tests::{Room, Stack, User, event};

async fn unread(room: &Room, user: &User) -> u64 {
    let member = room.member(user).await.expect("a member of the room");
    member["unread_count"].as_u64().expect("unread_count is a number")
}

#[tokio::test]
async fn marking_as_read_is_broadcast_and_answered_without_data() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut socket = room.connect(&ada).await;

    let answer = room.mark_read(&bob).await.expect(200);

    assert_eq!(answer, json!({ "success": true, "message": "Messages marked as read" }));
    socket.expect(&event::read(&room, &bob, 0)).await;
}

/// Sending has moved the mark already, without an event.
#[tokio::test]
async fn marking_as_read_after_a_message_of_ones_own_is_broadcast() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut socket = room.connect(&ada).await;
    room.send(&bob, "an answer").await;
    socket.expect(&event::message(&room, 1, &bob, "an answer")).await;

    room.mark_read(&bob).await.expect(200);

    socket.expect(&event::read(&room, &bob, 1)).await;
    room.mark_read(&bob).await.expect(200);
    room.send(&ada, "nothing in between").await;
    socket.expect(&event::message(&room, 2, &ada, "nothing in between")).await;
}

#[tokio::test]
async fn unread_counts_what_others_sent_since_the_mark() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;

    for expected in 1..=3 {
        room.send(&ada, "news").await;
        assert_eq!((unread(&room, &ada).await, unread(&room, &bob).await), (0, expected));
    }
    room.mark_read(&bob).await.expect(200);
    assert_eq!(unread(&room, &bob).await, 0);
    room.send(&ada, "more").await;
    assert_eq!(unread(&room, &bob).await, 1);
}

#[tokio::test]
async fn sending_counts_as_reading_up_to_ones_own_message() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    room.send(&ada, "question").await;

    room.send(&bob, "answer").await;

    assert_eq!((unread(&room, &ada).await, unread(&room, &bob).await), (1, 0));
}

#[tokio::test]
async fn a_new_member_starts_with_nothing_unread() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    room.send(&ada, "before").await;

    room.add(&bob).await.expect(201);

    assert_eq!(unread(&room, &bob).await, 0);
    room.send(&ada, "after").await;
    assert_eq!(unread(&room, &bob).await, 1);
}

#[tokio::test]
async fn reading_sets_last_read_at_of_that_member_only() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut socket = room.connect(&ada).await;

    room.mark_read(&bob).await.expect(200);

    let broadcast = socket.next().await["data"]["last_read_at"].clone();
    let listed = room.member(&bob).await.expect("a member")["last_read_at"].clone();
    assert_eq!(broadcast, listed);
    assert!(room.member(&ada).await.expect("a member")["last_read_at"].is_null());
}
