//! Open sockets from outside.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::{
        CloseFrame,
        frame::{
            Frame,
            coding::{Data, OpCode},
        },
    },
};

use super::{
    bench::{Bench, close, send, text},
    recorder::{Act, status},
};
use crate::apigateway::Limits;

/// Nothing happens to a socket except what this test does to it.
fn brief(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits { close_timeout: Duration::from_millis(200), ..Limits::default() };
    change(&mut limits);
    limits
}

fn fail_messages(event: &Value) -> Act {
    match event["requestContext"]["eventType"].as_str() {
        Some("MESSAGE") => Act::Fail,
        _ => status(200),
    }
}

#[tokio::test]
async fn messages_take_the_route_they_name() {
    let bench = Bench::start().await;
    let (mut socket, id) = bench.connect().await;
    for (frame, route) in [
        (Message::text(r#"{"action":"shout"}"#), "shout"),
        (Message::text("hello"), "$default"),
        (Message::binary("이진".as_bytes().to_vec()), "$default"),
    ] {
        send(&mut socket, frame.clone()).await;
        let event = bench.event_of("MESSAGE").await;
        assert_eq!(event["requestContext"]["routeKey"], route);
        assert_eq!(event["requestContext"]["connectionId"], id);
        assert_eq!(event["body"], frame.into_text().unwrap().as_str());
        assert_eq!(event["isBase64Encoded"], false);
    }
}

#[tokio::test]
async fn a_message_that_fails_is_reported_and_the_socket_stays() {
    let bench = Bench::with(Limits::default(), fail_messages).await;
    let (mut socket, id) = bench.connect().await;
    for _ in 0..2 {
        send(&mut socket, "hello").await;
        let event = bench.event_of("MESSAGE").await;
        let frame: Value = serde_json::from_str(&text(&mut socket).await).unwrap();
        let expected = json!({
            "message": "Internal server error",
            "connectionId": id,
            "requestId": event["requestContext"]["requestId"],
        });
        assert_eq!(frame, expected);
    }
}

#[tokio::test]
async fn messages_of_one_client_are_handled_side_by_side_up_to_a_bound() {
    let bench = Bench::with(brief(|limits| limits.in_flight = 2), |event| {
        match event["requestContext"]["eventType"].as_str() {
            Some("MESSAGE") => Act::Wait,
            _ => status(200),
        }
    })
    .await;
    let (mut socket, _) = bench.connect().await;
    for number in ["1", "2", "3"] {
        send(&mut socket, number).await;
    }
    let mut first = [bench.event().await["body"].take(), bench.event().await["body"].take()];
    first.sort_by_key(ToString::to_string);
    assert_eq!(first, [json!("1"), json!("2")]);
    bench.assert_no_event().await;
    bench.release.add_permits(1);
    assert_eq!(bench.event().await["body"], "3");
    bench.release.add_permits(2);
}

#[tokio::test]
async fn a_client_says_why_it_closes() {
    let bench = Bench::start().await;
    let frame = CloseFrame { code: 4000.into(), reason: "enough".into() };
    let cases =
        [(Some(frame), (4000, "enough")), (None, (1005, "Client-side close frame status not set"))];
    for (frame, (code, reason)) in cases {
        let (mut socket, _) = bench.connect().await;
        socket.close(frame).await.unwrap();
        assert_eq!(bench.disconnect().await, (code, reason.into()));
    }
    bench.edge.shutdown().await;
    bench.assert_no_event().await;
}

#[tokio::test]
async fn a_client_that_just_goes_is_noticed() {
    let bench = Bench::start().await;
    let (socket, _) = bench.connect().await;
    drop(socket);
    assert_eq!(bench.disconnect().await.0, 1006);
}

#[tokio::test]
async fn pings_are_answered_but_are_no_messages() {
    let bench = Bench::start().await;
    let (mut socket, _) = bench.connect().await;
    send(&mut socket, Message::Ping("are you there".into())).await;
    send(&mut socket, "hello").await;
    assert_eq!(bench.event_of("MESSAGE").await["body"], "hello");
    let pong = futures_util::StreamExt::next(&mut socket).await.unwrap().unwrap();
    assert_eq!(pong, Message::Pong("are you there".into()));
}

#[tokio::test]
async fn what_is_too_big_closes_with_1009() {
    let bench = Bench::start().await;
    let (mut socket, _) = bench.connect().await;
    send(&mut socket, "x".repeat(32 * 1024)).await;
    assert_eq!(bench.event_of("MESSAGE").await["body"].as_str().unwrap().len(), 32 * 1024);
    send(&mut socket, "x".repeat(32 * 1024 + 1)).await;
    assert_eq!(close(&mut socket).await.0, 1009);
    assert_eq!(bench.disconnect().await.0, 1009);

    let (mut socket, _) = bench.connect().await;
    let part = |opcode, last, length| {
        Message::Frame(Frame::message(vec![b'x'; length], OpCode::Data(opcode), last))
    };
    send(&mut socket, part(Data::Text, false, 32 * 1024)).await;
    for _ in 0..3 {
        send(&mut socket, part(Data::Continue, false, 32 * 1024)).await;
    }
    send(&mut socket, part(Data::Continue, true, 1)).await;
    assert_eq!(close(&mut socket).await.0, 1009);
    assert_eq!(bench.disconnect().await.0, 1009);
}

#[tokio::test]
async fn what_is_no_text_is_refused() {
    let bench = Bench::start().await;
    let strict = Bench::strict(|_| status(200)).await;
    let broken_text = Frame::message(vec![0xff], OpCode::Data(Data::Text), true);
    for (bench, frame, expected) in [
        (&bench, Message::binary(vec![0xff]), 1003),
        (&strict, Message::binary("text".as_bytes().to_vec()), 1003),
        (&bench, Message::Frame(broken_text), 1007),
    ] {
        let (mut socket, _) = bench.connect().await;
        send(&mut socket, frame).await;
        assert_eq!(close(&mut socket).await.0, expected);
        assert_eq!(bench.disconnect().await.0, u64::from(expected));
    }
}

#[tokio::test]
async fn idle_and_old_sockets_go_away() {
    for limits in [
        brief(|limits| limits.idle = Duration::from_millis(100)),
        brief(|limits| limits.lifetime = Duration::from_millis(100)),
    ] {
        let bench = Bench::with(limits, |_| status(200)).await;
        let (mut socket, _) = bench.connect().await;
        assert_eq!(close(&mut socket).await, (1001, "Going away".into()));
        assert_eq!(bench.disconnect().await, (1001, "Going away".into()));
    }
}

#[tokio::test]
async fn a_shutdown_closes_every_socket_and_waits_for_its_disconnect() {
    let bench = Bench::start().await;
    let (mut one, _) = bench.connect().await;
    let (mut other, _) = bench.connect().await;
    let ((), first, second) =
        tokio::join!(bench.edge.shutdown(), close(&mut one), close(&mut other));
    assert_eq!((first.0, second.0), (1001, 1001));
    for _ in 0..2 {
        assert_eq!(bench.disconnect().await.0, 1001);
    }
}
