//! Everything that can be wrong with a frame on a ticket socket: an error frame with a stable code,
//! and the socket stays open.

use serde_json::{Value, json};
use tests::{
    Account, Socket, Stack,
    account::{accounts, guarded},
};
use tokio_tungstenite::tungstenite::Message;

/// The code of the error frame that comes next.
async fn code(socket: &mut Socket) -> String {
    let frame = socket.next().await;
    let part = |name: &str| {
        let text = frame[name].as_str().unwrap_or_default();
        assert!(!text.is_empty(), "no {name} in {frame}");
        text.to_owned()
    };
    let (code, message, request) = (part("code"), part("message"), part("requestId"));
    let expected =
        json!({ "type": "error", "code": code, "message": message, "requestId": request });
    assert_eq!(frame, expected);
    code
}

struct Scene {
    _stack: Stack,
    ada: Account,
    /// Where Ada is the owner.
    room: u64,
    /// A room that Ada is no member of.
    foreign: u64,
}

impl Scene {
    async fn open() -> Self {
        let stack = guarded().start().await;
        let [ada, bob] = accounts(&stack).await;
        let (room, foreign) = (ada.create_room().await, bob.create_room().await);
        Self { _stack: stack, ada, room, foreign }
    }
}

#[tokio::test]
async fn a_frame_that_cannot_be_read_is_answered_and_the_socket_stays() {
    let scene = Scene::open().await;
    let mut socket = scene.ada.socket().await;
    for frame in ["", " ", "not JSON", "{", r#"{"roomId":1,"content":"x""#, "\u{feff}{}"] {
        socket.send(Message::text(frame)).await;
        assert_eq!(code(&mut socket).await, "unreadable_body", "{frame:?}");
        socket.send(Message::binary(frame.as_bytes().to_vec())).await;
        assert_eq!(code(&mut socket).await, "unreadable_body", "binary {frame:?}");
    }
    expect_works(&scene, &mut socket).await;
}

#[tokio::test]
async fn a_field_that_breaks_a_rule_is_answered_and_the_socket_stays() {
    let scene = Scene::open().await;
    let mut socket = scene.ada.socket().await;
    let room = scene.room;
    for frame in [
        json!([]),
        json!(null),
        json!("text"),
        json!({}),
        json!({ "content": "where?" }),
        json!({ "roomId": null, "content": "where?" }),
        json!({ "roomId": 0, "content": "where?" }),
        json!({ "roomId": -1, "content": "where?" }),
        json!({ "roomId": 1.5, "content": "where?" }),
        json!({ "roomId": "1", "content": "where?" }),
        json!({ "roomId": 9_007_199_254_740_992_u64, "content": "where?" }),
        json!({ "room_id": room, "content": "where?" }),
        json!({ "roomId": room }),
        json!({ "roomId": room, "content": null }),
        json!({ "roomId": room, "content": "" }),
        json!({ "roomId": room, "content": " \n\t" }),
        json!({ "roomId": room, "content": 7 }),
        json!({ "roomId": room, "content": ["x"] }),
        json!({ "roomId": room, "content": "x".repeat(16_001) }),
        json!({ "roomId": room, "content": "x", "clientMessageId": "" }),
        json!({ "roomId": room, "content": "x", "clientMessageId": 7 }),
        json!({ "roomId": room, "content": "x", "clientMessageId": "k".repeat(300) }),
    ] {
        socket.send(Message::text(frame.to_string())).await;
        assert_eq!(code(&mut socket).await, "invalid_field", "{:.80}", frame.to_string());
    }
    expect_works(&scene, &mut socket).await;
}

#[tokio::test]
async fn a_room_that_is_not_ones_own_is_answered_and_the_socket_stays() {
    let scene = Scene::open().await;
    let mut socket = scene.ada.socket().await;
    for room in [scene.foreign, 999_999] {
        let frame = json!({ "roomId": room, "content": "let me in" });
        socket.send(Message::text(frame.to_string())).await;
        let came = socket.next().await;
        let expected = ("unknown_room", format!("room {room} does not exist"));
        assert_eq!((&came["code"], &came["message"]), (&expected.0.into(), &expected.1.into()));
    }
    expect_works(&scene, &mut socket).await;
}

#[tokio::test]
async fn a_key_that_stands_for_another_message_is_answered_and_the_socket_stays() {
    let scene = Scene::open().await;
    let mut socket = scene.ada.socket().await;
    let frame = |text: &str| {
        let frame = json!({ "roomId": scene.room, "content": text, "clientMessageId": "k" });
        Message::text(frame.to_string())
    };
    socket.send(frame("one")).await;
    let mut named = scene.ada.frame(scene.room, 1, "one");
    named["clientMessageId"] = "k".into();
    socket.expect(&named).await;
    socket.send(frame("another")).await;
    assert_eq!(code(&mut socket).await, "idempotency_key_reused");
    expect_works(&scene, &mut socket).await;
}

#[tokio::test]
async fn only_the_sender_gets_the_error_frame() {
    let scene = Scene::open().await;
    let (mut socket, mut other) = (scene.ada.socket().await, scene.ada.socket().await);
    socket.send(Message::text("not JSON")).await;
    code(&mut socket).await;
    expect_works(&scene, &mut socket).await;
    other.expect(&scene.ada.frame(scene.room, 1, "it still works")).await;
}

#[tokio::test]
async fn a_room_socket_only_receives_where_tickets_are_asked_for_too() {
    let scene = Scene::open().await;
    let mut socket = scene.ada.room_socket(scene.room).await;
    let frame = json!({ "roomId": scene.room, "content": "let me write" });
    socket.send(Message::text(frame.to_string())).await;
    assert_eq!(code(&mut socket).await, "receive_only");
    let history = format!("/api/v1/chat/rooms/{}/messages", scene.room);
    assert_eq!(scene.ada.get(&history).await.expect(200)["data"], Value::Array(vec![]));
}

/// The socket takes a message after all that was wrong.
async fn expect_works(scene: &Scene, socket: &mut Socket) {
    let frame = json!({ "roomId": scene.room, "content": "it still works" });
    socket.send(Message::text(frame.to_string())).await;
    let came = socket.next().await;
    assert_eq!(came["content"], "it still works", "came {came}");
}
