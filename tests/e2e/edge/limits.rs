//! Limits of a connection: sizes, binary frames, idleness and lifetime.

use tests::{Socket, Stack, deadline::eventually};
use tokio_tungstenite::tungstenite::{
    Bytes, Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

use super::connections::{Client, post};

const FRAME: usize = 32 * 1024;
/// Four of these are below 128 KB, with room for the event that the probe answers with.
const PART: usize = 30 * 1024;

#[tokio::test]
async fn a_frame_of_32_kilobytes_is_accepted_and_a_larger_one_closes_with_1009() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    let mut client = Client::connect(&stack).await;
    witness.hears("CONNECT").await;
    client.socket.send(Message::text("x".repeat(FRAME))).await;
    assert_eq!(client.socket.next().await["body"].as_str().map(str::len), Some(FRAME));

    client.socket.send(Message::text("x".repeat(FRAME + 1))).await;

    assert_eq!(client.socket.closed().await.0, 1009);
    assert_eq!(witness.hears_of_the_end().await.0, 1009);
}

#[tokio::test]
async fn a_message_of_several_frames_may_have_128_kilobytes() {
    let stack = Stack::with().probe().start().await;
    let mut client = Client::connect(&stack).await;
    send_in_frames(&mut client.socket, 4).await;
    assert_eq!(client.socket.next().await["body"].as_str().map(str::len), Some(4 * PART));

    send_in_frames(&mut client.socket, 5).await;

    assert_eq!(client.socket.closed().await.0, 1009);
}

/// Sends one text in this many frames.
async fn send_in_frames(socket: &mut Socket, frames: usize) {
    for index in 0..frames {
        let kind = if index == 0 { Data::Text } else { Data::Continue };
        let text = vec![b'x'; PART];
        let frame = Frame::message(text, OpCode::Data(kind), index + 1 == frames);
        socket.send(Message::Frame(frame)).await;
    }
}

#[tokio::test]
async fn a_binary_frame_of_text_is_accepted_unless_strict() {
    let stack = Stack::with().probe().start().await;
    let mut client = Client::connect(&stack).await;
    client.socket.send(Message::binary("안녕".as_bytes())).await;
    assert_eq!(client.socket.next().await["body"], "안녕");
    client.socket.send(Message::Binary(Bytes::from_static(&[0xff, 0xfe]))).await;
    assert_eq!(client.socket.closed().await.0, 1003);

    let strict = Stack::with().probe().strict().start().await;
    let mut client = Client::connect(&strict).await;
    client.socket.send(Message::binary("안녕".as_bytes())).await;
    assert_eq!(client.socket.closed().await.0, 1003);
}

#[tokio::test]
async fn a_ping_is_answered() {
    let stack = Stack::with().probe().start().await;
    let mut client = Client::connect(&stack).await;
    client.socket.send(Message::Ping(Bytes::from_static(b"are you there"))).await;
    client.socket.expect_pong(b"are you there").await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_a_busy_one_is_not() {
    let stack = Stack::with().probe().args(["--idle-timeout-seconds", "1"]).start().await;
    let mut busy = Client::connect(&stack).await;
    let mut idle = Client::connect(&stack).await;

    // Only the busy one is posted to while the idle one runs out of time.
    eventually("the idle connection to be closed", async || {
        assert_eq!(post(&stack, &busy.id, "tick").await.status, 200);
        assert_eq!(busy.socket.next_text().await, "tick");
        let open = stack.get("/_edge/connections").await.expect(200);
        (open.as_array().map(Vec::len) == Some(1)).then_some(())
    })
    .await;

    assert_eq!(idle.socket.closed().await.0, 1001);
}

#[tokio::test]
async fn a_connection_has_a_lifetime_however_busy_it_is() {
    let stack = Stack::with().probe().args(["--lifetime-seconds", "1"]).start().await;
    let mut witness = Client::connect(&stack).await;
    let code = async {
        loop {
            witness.socket.send(Message::text("busy")).await;
            match witness.socket.next_or_closed().await {
                Ok(event) => assert_eq!(event["body"], "busy"),
                Err((code, _)) => return code,
            }
        }
    };
    assert_eq!(tests::deadline::within("the end of a lifetime", code).await, 1001);
}
