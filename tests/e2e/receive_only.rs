//! Frames from the client on the room socket, which only receives.

use futures_util::future::join_all;
use serde_json::json;
use tests::{Socket, Stack, event};
use tokio_tungstenite::tungstenite::Message;

async fn expect_receive_only(socket: &mut Socket) {
    let answer = socket.next().await;
    let (message, request) = (answer["message"].clone(), answer["requestId"].clone());
    let expected = json!({
        "type": "error", "code": "receive_only", "message": message, "requestId": request,
    });
    assert_eq!(answer, expected);
    for text in [message, request] {
        assert!(text.as_str().is_some_and(|text| !text.is_empty()), "came {answer}");
    }
}

#[tokio::test]
async fn a_frame_is_answered_with_an_error_frame_and_the_socket_stays() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut witness = room.connect(&bob).await;
    let mut socket = room.connect(&ada).await;
    witness.expect(&event::member_online(&room, &ada)).await;

    for frame in
        [r#"{"message":"안녕"}"#, r#"{"action":"$connect"}"#, "not JSON", "", "[1]", "null"]
    {
        socket.send(Message::text(frame)).await;
        expect_receive_only(&mut socket).await;
    }

    room.send(&ada, "over HTTP").await;
    socket.expect(&event::message(&room, 1, &ada, "over HTTP")).await;
    witness.expect(&event::message(&room, 1, &ada, "over HTTP")).await;
}

#[tokio::test]
async fn many_frames_at_once_are_all_answered() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let mut sockets = Vec::new();
    for _ in 0..4 {
        sockets.push(room.connect(&ada).await);
    }
    let flood = sockets.iter_mut().map(async |socket| {
        for _ in 0..25 {
            socket.send(Message::text("hello?")).await;
        }
        for _ in 0..25 {
            expect_receive_only(socket).await;
        }
    });
    join_all(flood).await;
}
