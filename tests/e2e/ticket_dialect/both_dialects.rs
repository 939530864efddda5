//! Two dialects, one chat: a message sent either way reaches both kinds of socket.

use serde_json::{Value, json};
use tests::{Account, Socket, Stack, User, account::trusting, event, shape::timeless};
use tokio_tungstenite::tungstenite::Message;

/// A frame that a client sends on its ticket socket.
fn text_frame(room: u64, text: &str) -> Value {
    json!({ "roomId": room, "content": text, "timestamp": "2024-01-15T10:30:00Z" })
}

async fn say(socket: &mut Socket, frame: &Value) {
    socket.send(Message::text(frame.to_string())).await;
}

/// A new user with a profile, and the token of that user.
async fn account(stack: &Stack) -> (User, Account) {
    let [user] = stack.users().await;
    (user.clone(), Account::of(stack, user))
}

#[tokio::test]
async fn a_message_over_http_reaches_both_kinds_of_socket() {
    let stack = trusting().start().await;
    let ((ada, ada_account), (bob, bob_account)) = (account(&stack).await, account(&stack).await);
    let room = stack.room(&[&ada, &bob]).await;
    let mut in_room = room.connect(&ada).await;
    let (mut hers, mut his) = (ada_account.socket().await, bob_account.socket().await);
    in_room.expect(&event::member_online(&room, &bob)).await;

    room.send(&ada, "안녕하세요!").await;

    in_room.expect(&event::message(&room, 1, &ada, "안녕하세요!")).await;
    for socket in [&mut hers, &mut his] {
        socket.expect(&ada_account.frame(room.id, 1, "안녕하세요!")).await;
    }
}

#[tokio::test]
async fn a_frame_reaches_both_kinds_of_socket_as_text_and_as_binary() {
    let stack = trusting().start().await;
    let ((ada, ada_account), (bob, bob_account)) = (account(&stack).await, account(&stack).await);
    let room = stack.room(&[&ada, &bob]).await;
    let mut in_room = room.connect(&ada).await;
    let (mut hers, mut his) = (ada_account.socket().await, bob_account.socket().await);
    in_room.expect(&event::member_online(&room, &bob)).await;

    let frame = text_frame(room.id, "텍스트").to_string();
    his.send(Message::text(frame)).await;
    in_room.expect(&event::message(&room, 1, &bob, "텍스트")).await;
    hers.expect(&bob_account.frame(room.id, 1, "텍스트")).await;
    his.expect(&bob_account.frame(room.id, 1, "텍스트")).await;

    let frame = text_frame(room.id, "바이너리").to_string();
    his.send(Message::binary(frame.into_bytes())).await;
    in_room.expect(&event::message(&room, 2, &bob, "바이너리")).await;
    hers.expect(&bob_account.frame(room.id, 2, "바이너리")).await;
    his.expect(&bob_account.frame(room.id, 2, "바이너리")).await;
}

#[tokio::test]
async fn both_dialects_and_the_history_agree_on_id_and_time() {
    let stack = trusting().start().await;
    let (ada, account) = account(&stack).await;
    let room = stack.room(&[&ada]).await;
    let (mut in_room, mut socket) = (room.connect(&ada).await, account.socket().await);

    say(&mut socket, &text_frame(room.id, "when?")).await;

    let (event, frame) = (in_room.next().await, socket.next().await);
    let (id, time) = (&event["data"]["id"], &event["data"]["created_at"]);
    assert_eq!((&frame["id"], &frame["timestamp"]), (id, time));
    assert_ne!(*time, "2024-01-15T10:30:00Z", "the server's time counts");
    let history = stack.get(&room.path("/messages")).await.expect(200);
    assert_eq!((&history["data"][0]["id"], &history["data"][0]["created_at"]), (id, time));
}

#[tokio::test]
async fn one_ticket_socket_serves_all_rooms_also_those_joined_later() {
    let stack = trusting().start().await;
    let ((ada, ada_account), (bob, bob_account)) = (account(&stack).await, account(&stack).await);
    let (first, second) = (stack.room(&[&ada, &bob]).await, stack.room(&[&ada, &bob]).await);
    let foreign = stack.room(&[&ada]).await;
    let mut his = bob_account.socket().await;

    for room in [&first, &second, &foreign] {
        room.send(&ada, "one").await;
    }
    let later = stack.room(&[&ada]).await;
    later.add(&bob).await.expect(201);
    later.send(&ada, "two").await;
    say(&mut his, &text_frame(later.id, "three")).await;
    his.expect(&ada_account.frame(first.id, 1, "one")).await;
    his.expect(&ada_account.frame(second.id, 1, "one")).await;
    his.expect(&ada_account.frame(later.id, 1, "two")).await;
    his.expect(&bob_account.frame(later.id, 2, "three")).await;

    let own = stack.room(&[&bob]).await;
    own.send(&bob, "four").await;
    his.expect(&bob_account.frame(own.id, 1, "four")).await;
}

#[tokio::test]
async fn a_ticket_socket_gets_messages_only() {
    let stack = trusting().start().await;
    let ((ada, _), (bob, bob_account)) = (account(&stack).await, account(&stack).await);
    let (carl, carl_account) = account(&stack).await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut his = bob_account.socket().await;

    let in_room = room.connect(&ada).await;
    room.add(&carl).await.expect(201);
    room.mark_read(&ada).await.expect(200);
    let carls = carl_account.socket().await;
    carls.close(1000, "").await;
    room.remove(&carl).await.expect(200);
    drop(in_room);
    say(&mut his, &text_frame(room.id, "all quiet")).await;

    his.expect(&bob_account.frame(room.id, 1, "all quiet")).await;
}

#[tokio::test]
async fn a_frame_that_is_sent_again_is_broadcast_once() {
    let stack = trusting().start().await;
    let (ada, account) = account(&stack).await;
    let room = stack.room(&[&ada]).await;
    let (mut in_room, mut socket) = (room.connect(&ada).await, account.socket().await);
    let mut frame = text_frame(room.id, "once");
    frame["clientMessageId"] = "7d1c".into();

    say(&mut socket, &frame).await;
    in_room.expect(&event::named(event::message(&room, 1, &ada, "once"), "7d1c")).await;
    say(&mut socket, &frame).await;
    say(&mut socket, &text_frame(room.id, "twice")).await;

    in_room.expect(&event::message(&room, 2, &ada, "twice")).await;
    let mut named = account.frame(room.id, 1, "once");
    named["clientMessageId"] = "7d1c".into();
    socket.expect(&named).await;
    socket.expect(&account.frame(room.id, 2, "twice")).await;
}

#[tokio::test]
async fn a_ticket_socket_makes_its_user_online_in_all_rooms() {
    let stack = trusting().start().await;
    let ((ada, _), (bob, bob_account)) = (account(&stack).await, account(&stack).await);
    let (first, second) = (stack.room(&[&ada, &bob]).await, stack.room(&[&ada, &bob]).await);
    let mut witnesses = [first.connect(&ada).await, second.connect(&ada).await];

    let phone = bob_account.socket().await;
    let laptop = bob_account.socket().await;
    for (witness, room) in witnesses.iter_mut().zip([&first, &second]) {
        witness.expect(&event::member_online(room, &bob)).await;
    }
    phone.close(1000, "").await;
    laptop.close(1000, "").await;
    for (witness, room) in witnesses.iter_mut().zip([&first, &second]) {
        witness.expect(&event::member_offline(room, &bob)).await;
    }
}

#[tokio::test]
async fn a_message_that_is_only_a_file_has_its_address_as_content() {
    let stack = trusting().start().await;
    let (ada, account) = account(&stack).await;
    let room = stack.room(&[&ada]).await;
    let mut socket = account.socket().await;
    let url = "https://example.com/cat.png";

    let body = json!({ "user_id": ada.id, "message_type": "image", "file_url": url });
    room.post("/messages", &body).await.expect(201);

    assert_eq!(timeless(&socket.next().await), account.frame(room.id, 1, url));
}
