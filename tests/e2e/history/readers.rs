//! Who may read a room.

use tests::{Stack, user::fresh_id};

#[tokio::test]
async fn a_reader_who_is_named_must_be_a_member() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    for list in ["messages", "members"] {
        let path = |reader| room.path(&format!("/{list}?user_id={reader}"));
        stack.get(&path(ada.id)).await.expect(200);
        let refused = stack.get(&path(bob.id)).await;
        refused.refusal(403);
        assert_eq!(refused.json()["error"]["code"], "not_a_member");
    }
    room.add(&bob).await.expect(201);
    stack.get(&room.path(&format!("/messages?user_id={}", bob.id))).await.expect(200);
    room.remove(&bob).await.expect(200);
    stack.get(&room.path(&format!("/messages?user_id={}", bob.id))).await.refusal(403);
}

#[tokio::test]
async fn what_is_not_there_cannot_be_listed() {
    let stack = Stack::start().await;
    let nowhere = fresh_id();
    for path in [
        format!("/api/v1/chat/rooms/{nowhere}/messages"),
        format!("/api/v1/chat/rooms/{nowhere}/members"),
        format!("/api/v1/chat/users/{nowhere}/rooms"),
    ] {
        stack.get(&path).await.refusal(404);
    }
}
