//! Limits of a connection: sizes, binary frames, idleness and lifetime.

use serde_json::json;
use tests::{
    Socket, Stack,
    deadline::{eventually, within},
};
use tokio_tungstenite::tungstenite::{
    Bytes, Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

use super::connections::{Client, post, printed_ends};

const FRAME: usize = 32 * 1024;
/// Messages of one client that functions may work on at once: the edge's own bound.
const IN_FLIGHT: usize = 8;
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
    send_in_frames(&mut client.socket, &[PART; 4]).await;
    assert_eq!(client.socket.next().await["body"].as_str().map(str::len), Some(4 * PART));
    let mut witness = Client::witness(&stack).await;

    send_in_frames(&mut client.socket, &[FRAME, FRAME, FRAME, FRAME, 1]).await;

    assert_eq!(client.socket.closed().await.0, 1009);
    assert_eq!(witness.hears_of_the_end().await.0, 1009);
}

/// Sends one text in frames of these lengths.
async fn send_in_frames(socket: &mut Socket, lengths: &[usize]) {
    for (index, length) in lengths.iter().enumerate() {
        let kind = if index == 0 { Data::Text } else { Data::Continue };
        let text = vec![b'x'; *length];
        let frame = Frame::message(text, OpCode::Data(kind), index + 1 == lengths.len());
        socket.send(Message::Frame(frame)).await;
    }
}

#[tokio::test]
async fn a_binary_frame_of_text_is_accepted_unless_strict() {
    let stack = Stack::with().probe().start().await;
    let mut client = Client::connect(&stack).await;
    client.socket.send(Message::binary("안녕".as_bytes())).await;
    let event = client.socket.next().await;
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("안녕"), &json!(false)));
    assert_eq!(event["requestContext"]["routeKey"], "$default");
    assert_eq!(event["requestContext"]["connectionId"], client.id.as_str());
    let strict = Stack::with().probe().strict().start().await;
    expect_refusal(&strict, Message::binary("안녕".as_bytes()), 1003).await;
}

#[tokio::test]
async fn a_frame_that_is_no_text_closes_the_socket() {
    let stack = Stack::with().probe().start().await;
    expect_refusal(&stack, Message::Binary(Bytes::from_static(&[0xff, 0xfe])), 1003).await;
    let broken_text = Frame::message(vec![0xff], OpCode::Data(Data::Text), true);
    expect_refusal(&stack, Message::Frame(broken_text), 1007).await;
}

/// The frame ends its socket with this code, which `$disconnect` gets too.
async fn expect_refusal(stack: &Stack, frame: Message, code: u16) {
    let mut witness = Client::witness(stack).await;
    let mut client = Client::connect(stack).await;
    witness.hears("CONNECT").await;
    client.socket.send(frame).await;
    assert_eq!(client.socket.closed().await.0, code);
    assert_eq!(witness.hears_of_the_end().await.0, u64::from(code));
}

#[tokio::test]
async fn a_ping_is_answered_and_is_no_message() {
    let stack = Stack::with().probe().start().await;
    let mut client = Client::connect(&stack).await;
    client.socket.send(Message::Ping(Bytes::from_static(b"are you there"))).await;
    client.socket.expect_pong(b"are you there").await;
    client.socket.send(Message::Ping(Bytes::from_static(b"still there"))).await;
    client.socket.send("the first message").await;
    assert_eq!(client.socket.next().await["body"], "the first message");
}

#[tokio::test]
async fn messages_of_one_client_are_handled_side_by_side_up_to_a_bound() {
    let stack = Stack::with().patient_probe(10).start().await;
    let mut client = Client::connect(&stack).await;
    let mut other = Client::connect(&stack).await;
    // The probe shows each message to its sender, and then waits.
    for _ in 0..=IN_FLIGHT {
        client.socket.send(r#"{"act":"wait"}"#).await;
    }
    for _ in 0..IN_FLIGHT {
        client.hears("MESSAGE").await;
    }
    // What is posted now is the next frame: the last message has not reached the probe.
    assert_eq!(post(&stack, &client.id, "\"full\"").await.status, 200);
    assert_eq!(client.socket.next().await, "full");

    other.release().await;

    client.hears("MESSAGE").await;
    for _ in 0..IN_FLIGHT {
        other.release().await;
    }
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

    assert_eq!(idle.socket.closed().await, (1001, "Going away".to_owned()));
    expect_printed_end(&stack).await;
}

/// `$disconnect` gets what the client got.
async fn expect_printed_end(stack: &Stack) {
    let ends = eventually("a $disconnect", async || {
        Some(printed_ends(stack)).filter(|ends| !ends.is_empty())
    });
    assert_eq!(ends.await, [(1001, "Going away".to_owned())]);
}

#[tokio::test]
async fn a_connection_has_a_lifetime_however_busy_it_is() {
    let stack = Stack::with().probe().args(["--lifetime-seconds", "1"]).start().await;
    let mut client = Client::connect(&stack).await;
    let end = async {
        loop {
            client.socket.send(Message::text("busy")).await;
            match client.socket.next_or_closed().await {
                Ok(event) => assert_eq!(event["body"], "busy"),
                Err(end) => return end,
            }
        }
    };
    let end = within("the end of a lifetime", end).await;
    assert_eq!(end, (1001, "Going away".to_owned()));
    expect_printed_end(&stack).await;
}
