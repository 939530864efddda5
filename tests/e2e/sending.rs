//! Sending messages: the answer, the event, the ids.

use serde_json::{Value, json};
use tests::{Stack, event, shape::timeless};

/// Characters that a message may have.
const LONGEST: usize = 16_000;

#[tokio::test]
async fn a_message_reaches_every_socket_of_the_room_also_the_senders() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut bobs = room.connect(&bob).await;
    let mut adas = room.connect(&ada).await;
    bobs.expect(&event::member_online(&room, &ada)).await;

    let sent = room.send(&ada, "안녕하세요!").await;

    assert_eq!(timeless(&sent), event::message_data(&room, 1, &ada, "안녕하세요!"));
    for socket in [&mut adas, &mut bobs] {
        let frame = socket.next().await;
        assert_eq!(timeless(&frame), event::message(&room, 1, &ada, "안녕하세요!"));
        assert_eq!(frame["data"], sent, "answer and event agree, times included");
    }
}

#[tokio::test]
async fn every_socket_of_the_sender_gets_the_message() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let mut phone = room.connect(&ada).await;
    let mut laptop = room.connect(&ada).await;

    room.send(&ada, "to myself").await;

    for device in [&mut phone, &mut laptop] {
        device.expect(&event::message(&room, 1, &ada, "to myself")).await;
    }
}

#[tokio::test]
async fn ids_count_up_from_one_in_each_room() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    for _ in 0..2 {
        let room = stack.room(&[&ada]).await;
        for id in 1..=3 {
            assert_eq!(room.send(&ada, "next").await["id"], id);
        }
    }
}

#[tokio::test]
async fn a_message_stays_in_its_room() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let (quiet, loud) = (stack.room(&[&ada]).await, stack.room(&[&ada]).await);
    let mut socket = quiet.connect(&ada).await;

    loud.send(&ada, "elsewhere").await;

    quiet.expect_silence(&mut socket, &ada).await;
}

#[tokio::test]
async fn every_message_type_and_a_file_url_come_back_as_they_were_sent() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let mut socket = room.connect(&ada).await;

    for kind in ["text", "image", "video", "audio", "file"] {
        let url = "https://files.example.com/a%20b.png?size=1&x=%EA%B0%80";
        let body = json!({
            "user_id": ada.id, "message": kind, "message_type": kind, "file_url": url,
        });
        let sent = room.post("/messages", &body).await.data(201, "Message sent successfully");
        assert_eq!((&sent["message_type"], &sent["file_url"]), (&json!(kind), &json!(url)));
        assert_eq!(socket.next().await["data"], sent);
    }
}

#[tokio::test]
async fn any_text_comes_back_unchanged() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let mut socket = room.connect(&ada).await;

    for text in [
        "👩‍👩‍👧 이모지",
        "\"quotes\" \\ and\nlines\t",
        "<script>alert(1)</script>",
        "ROOM#1",
        "\u{202e}abc",
    ] {
        let sent = room.send(&ada, text).await;
        assert_eq!(sent["message"], text);
        assert_eq!(socket.next().await["data"]["message"], text);
    }
}

#[tokio::test]
async fn the_longest_text_arrives_whatever_its_characters() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let mut socket = room.connect(&ada).await;

    for character in ["a", "가", "👩", "\u{1}", "\""] {
        let longest = character.repeat(LONGEST);
        room.send(&ada, &longest).await;
        let arrived = socket.next().await["data"]["message"] == longest.as_str();
        assert!(arrived, "{character:?} {LONGEST} times");
    }
}

#[tokio::test]
async fn a_send_without_any_socket_succeeds() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let sent: Value = room.send(&ada, "nobody listens").await;
    assert_eq!(sent["id"], 1);
}
