//! The same send twice is one message.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Account, Stack, event};

use super::{Page, key_rules::send};

const AT_ONCE: usize = 50;

#[tokio::test]
async fn a_repeated_send_is_the_same_message_and_broadcast_once() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut socket = room.connect(&bob).await;
    let body = json!({ "user_id": ada.id, "message": "once" });

    let first = send(&stack, &room, "key", &body).await.data(201, "Message sent successfully");
    for _ in 0..3 {
        let again = send(&stack, &room, "key", &body).await;
        assert_eq!(again.data(201, "Message sent successfully"), first);
    }

    socket.expect(&event::named(event::message(&room, 1, &ada, "once"), "key")).await;
    room.expect_silence(&mut socket, &ada).await;
    assert_eq!(Page::messages(&stack, &room, "?after=0").await.ids(), [1, 2]);
}

#[tokio::test]
async fn fifty_attempts_at_once_are_one_message_delivered_once_to_each_socket() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut sockets = [room.connect(&bob).await, room.connect(&bob).await];
    let body = json!({ "user_id": ada.id, "message": "once" });

    let answers = join_all((0..AT_ONCE).map(|_| send(&stack, &room, "key", &body))).await;

    let sent: Vec<Value> =
        answers.iter().map(|answer| answer.data(201, "Message sent successfully")).collect();
    assert!(sent.iter().all(|message| *message == sent[0]), "all get the same answer");
    let id = sent[0]["id"].as_u64().expect("an id");
    let next = room.send(&ada, "nothing in between").await["id"].as_u64().expect("an id");
    for socket in &mut sockets {
        let once = event::message(&room, id, &ada, "once");
        socket.expect(&event::named(once, "key")).await;
        socket.expect(&event::message(&room, next, &ada, "nothing in between")).await;
    }
}

#[tokio::test]
async fn a_frame_and_a_request_with_the_same_key_are_one_message() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut witness = room.connect(&bob).await;
    let ticket = Account::local(&stack, ada.clone()).ticket().await;
    let mut socket = stack.socket(&format!("/chat?ticket={ticket}")).await.expect("a socket");
    witness.expect(&event::member_online(&room, &ada)).await;
    let frame = |text| json!({ "roomId": room.id, "content": text, "clientMessageId": "key" });

    socket.send(frame("once").to_string()).await;
    witness.expect(&event::named(event::message(&room, 1, &ada, "once"), "key")).await;
    let body = json!({ "user_id": ada.id, "message": "once" });
    assert_eq!(send(&stack, &room, "key", &body).await.expect(201)["data"]["id"], 1);
    assert_eq!(socket.next().await["id"], 1);
    socket.send(frame("another").to_string()).await;

    assert_eq!(socket.next().await["code"], "idempotency_key_reused");
    socket.send(frame("once").to_string()).await;
    room.expect_silence(&mut witness, &ada).await;
    assert_eq!(socket.next().await["id"], 2, "the next one came, and not the first again");
}

#[tokio::test]
async fn a_key_cannot_stand_for_anything_else() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let (room, other) = (stack.room(&[&ada]).await, stack.room(&[&ada]).await);
    let mut socket = room.connect(&ada).await;
    let body = json!({ "user_id": ada.id, "message": "the first" });
    send(&stack, &room, "key", &body).await.expect(201);
    socket.expect(&event::named(event::message(&room, 1, &ada, "the first"), "key")).await;

    let image = json!({ "user_id": ada.id, "message": "the first", "message_type": "image" });
    let file =
        json!({ "user_id": ada.id, "message": "the first", "file_url": "https://a.example/b" });
    for body in [&json!({ "user_id": ada.id, "message": "another" }), &image, &file] {
        let refused = send(&stack, &room, "key", body).await;
        refused.refusal(409);
        assert_eq!(refused.json()["error"]["code"], "idempotency_key_reused");
    }
    send(&stack, &other, "key", &body).await.refusal(409);

    room.expect_silence(&mut socket, &ada).await;
    assert!(Page::messages(&stack, &other, "").await.entries.is_empty());
}

#[tokio::test]
async fn who_was_removed_cannot_repeat_a_send() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let body = json!({ "user_id": bob.id, "message": "last words" });
    send(&stack, &room, "key", &body).await.expect(201);
    room.remove(&bob).await.expect(200);
    send(&stack, &room, "key", &body).await.refusal(403);
}

#[tokio::test]
async fn void_ids_hide_no_message_and_stop_no_page() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    for key in ["one", "two", "three"] {
        let body = json!({ "user_id": ada.id, "message": key });
        join_all((0..10).map(|_| send(&stack, &room, key, &body))).await;
    }
    let stored = Page::messages(&stack, &room, "?after=0").await;
    assert_eq!(stored.entries.len(), 3);

    let mut after = 0;
    for (number, id) in stored.ids().into_iter().enumerate() {
        let page = Page::messages(&stack, &room, &format!("?after={after}&limit=1")).await;
        assert_eq!((page.ids(), page.has_more()), (vec![id], number < 2));
        after = id;
    }
    let rooms = Page::get(&stack, &format!("/api/v1/chat/users/{}/rooms", ada.id)).await;
    assert_eq!(rooms.entries[0]["last_message"], stored.entries[2]);
}
