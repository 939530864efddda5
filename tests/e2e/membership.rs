//! Adding and removing members.

use serde_json::json;
use tests::{Stack, deadline::eventually, event, shape::timeless};

#[tokio::test]
async fn adding_a_member_is_broadcast_and_answered_with_the_member() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let mut socket = room.connect(&ada).await;

    let added = room.add(&bob).await.data(201, "Member added successfully");

    assert_eq!(timeless(&added), event::member_data(&room, 2, &bob));
    let frame = socket.next().await;
    assert_eq!(timeless(&frame), event::member_join(&room, 2, &bob));
    assert_eq!(frame["data"], added, "answer and event agree, times included");
}

#[tokio::test]
async fn adding_a_member_again_answers_with_the_same_member_and_broadcasts_nothing() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let first = room.add(&bob).await.data(201, "Member added successfully");
    let mut socket = room.connect(&ada).await;

    let again = room.add(&bob).await;

    assert_eq!(again.expect(200)["data"], first);
    room.expect_silence(&mut socket, &ada).await;
}

#[tokio::test]
async fn removing_a_member_is_broadcast() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut socket = room.connect(&ada).await;

    let answer = room.remove(&bob).await.expect(200);

    assert_eq!(answer, json!({ "success": true, "message": "Member removed successfully" }));
    socket.expect(&event::member_leave(&room, &bob)).await;
    assert!(room.member(&bob).await.is_none());
}

#[tokio::test]
async fn a_removed_member_gets_no_frame_after_the_answer() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut phone = room.connect(&bob).await;
    let mut laptop = room.connect(&bob).await;

    room.remove(&bob).await.expect(200);
    room.send(&ada, "bob must not see this").await;

    for device in [&mut phone, &mut laptop] {
        assert_eq!(device.closed().await.0, 1000);
    }
}

#[tokio::test]
async fn a_removed_member_can_neither_send_nor_reconnect() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    room.remove(&bob).await.expect(200);

    let body = json!({ "user_id": bob.id, "message": "still here?" });
    room.post("/messages", &body).await.refusal(403);
    room.mark_read(&bob).await.refusal(403);
    room.remove(&bob).await.refusal(404);

    let mut witness = room.connect(&ada).await;
    if let Ok(mut refused) = stack.socket(&room.socket_path(&bob)).await {
        refused.closed().await;
    }
    room.expect_silence(&mut witness, &ada).await;
}

#[tokio::test]
async fn a_member_can_come_back_after_a_removal() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    room.remove(&bob).await.expect(200);

    let added = room.add(&bob).await.data(201, "Member added successfully");

    assert_eq!(timeless(&added)["user"], bob.view());
    let mut socket = room.connect(&bob).await;
    room.send(&ada, "welcome back").await;
    socket.expect(&event::message(&room, 1, &ada, "welcome back")).await;
}

#[tokio::test]
async fn a_removed_members_offline_state_is_seen_in_the_list() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut socket = room.connect(&bob).await;
    room.remove(&bob).await.expect(200);
    socket.rest().await;
    room.add(&bob).await.expect(201);

    eventually("bob listed as offline", async || {
        let member = room.member(&bob).await?;
        (member["online"] == json!(false)).then_some(())
    })
    .await;
}
