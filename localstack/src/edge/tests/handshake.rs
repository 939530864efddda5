//! Handshakes from outside.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{self, client::IntoClientRequest},
};

use super::{
    bench::{Bench, close},
    recorder::{Act, status},
};
use crate::apigateway::Limits;

/// Status and body of a handshake that is refused.
async fn refusal(bench: &Bench, path: &str) -> (u16, Value) {
    match bench.try_connect(path).await {
        Err(tungstenite::Error::Http(response)) => {
            let body = response.body().as_deref().unwrap_or_default();
            (response.status().as_u16(), serde_json::from_slice(body).unwrap_or_default())
        }
        other => panic!("not refused but {other:?}"),
    }
}

fn refuse_with_a_close_code() -> Act {
    let body = json!({ "closeCode": 1003, "reason": "expired" });
    Act::Answer(json!({ "statusCode": 401, "body": body.to_string() }))
}

#[tokio::test]
async fn the_viewer_function_turns_a_path_into_a_query() {
    let bench = Bench::start().await;
    let _socket = bench.try_connect("/socket/7?name=%ED%95%9C").await.unwrap();
    let event = bench.event_of("CONNECT").await;
    assert_eq!(event["queryStringParameters"], json!({ "name": "한", "room": "7" }));
    assert_eq!(event["headers"]["Sec-WebSocket-Version"], "13");
    assert!(event["requestContext"]["connectionId"].as_str().unwrap().ends_with('='));
}

#[tokio::test]
async fn the_api_answers_without_the_distribution_too() {
    let bench = Bench::start().await;
    for path in ["/prod?a=1", "/_aws/execute-api/wsapi00000/prod?a=1"] {
        let socket = bench.try_connect(path).await.unwrap();
        let event = bench.event_of("CONNECT").await;
        assert_eq!(event["queryStringParameters"], json!({ "a": "1" }));
        let open = bench.request(Method::GET, "/_edge/connections").send().await.unwrap();
        assert!(open.text().await.unwrap().contains("connectedSince"));
        drop(socket);
        bench.event_of("DISCONNECT").await;
    }
}

#[tokio::test]
async fn a_path_below_the_stage_is_forbidden() {
    let bench = Bench::start().await;
    for path in ["/wrong", "/_aws/execute-api/wsapi00000/prod/x", "/_aws/execute-api/wsapi00000/"] {
        assert_eq!(refusal(&bench, path).await, (403, json!({ "message": "Forbidden" })));
    }
    assert_eq!(refusal(&bench, &format!("/prod?{}", "x".repeat(4097))).await.0, 414);
    bench.assert_no_event().await;
}

#[tokio::test]
async fn what_is_no_handshake_is_told_so() {
    let bench = Bench::start().await;
    for (method, expected) in [(Method::GET, 426), (Method::POST, 403)] {
        let response = bench.request(method, "/socket/7").send().await.unwrap();
        assert_eq!(response.status(), expected);
    }
}

#[tokio::test]
async fn a_refused_connect_is_closed_with_its_code() {
    let bench = Bench::with(Limits::default(), |_| refuse_with_a_close_code()).await;
    let mut socket = bench.try_connect("/prod").await.unwrap();
    assert_eq!(close(&mut socket).await, (1003, "expired".into()));
    bench.event_of("CONNECT").await;
    bench.edge.shutdown().await;
    bench.assert_no_event().await;
}

#[tokio::test]
async fn a_strict_edge_refuses_with_a_status() {
    let bench = Bench::strict(|_| refuse_with_a_close_code()).await;
    let (status, body) = refusal(&bench, "/prod").await;
    assert_eq!((status, &body["closeCode"]), (401, &json!(1003)));
}

#[tokio::test]
async fn a_connect_function_without_an_answer_is_a_server_error() {
    for act in [Act::Fail, Act::Crash, Act::Hang] {
        let kind = act.clone();
        let bench = Bench::with(Limits::default(), move |_| kind.clone()).await;
        let mut socket = bench.try_connect("/prod").await.unwrap();
        assert_eq!(close(&mut socket).await.0, 1011, "{act:?}");
    }
    let bench = Bench::strict(|_| Act::Fail).await;
    assert_eq!(refusal(&bench, "/prod").await.0, 502);
}

#[tokio::test]
async fn only_a_subprotocol_that_connect_echoes_is_selected() {
    let bench =
        Bench::with(Limits::default(), |event| {
            match event["queryStringParameters"]["echo"].as_str() {
                Some(echo) => Act::Answer(json!({
                    "statusCode": 200, "headers": { "Sec-WebSocket-Protocol": echo },
                })),
                None => status(200),
            }
        })
        .await;
    for (query, selected) in [("?echo=chat", Some("chat")), ("", None)] {
        let url = format!("ws://{}/prod{query}", bench.address);
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", "chat".parse().unwrap());
        let header = match connect_async(request).await {
            Ok((_, response)) => response.headers().get("sec-websocket-protocol").cloned(),
            // This client insists on what it offered.
            Err(tungstenite::Error::Protocol(_)) => None,
            Err(other) => panic!("{other}"),
        };
        assert_eq!(header.as_ref().map(|value| value.to_str().unwrap()), selected);
    }
}

#[tokio::test]
async fn a_client_that_goes_during_connect_is_disconnected_once() {
    let bench = Bench::with(Limits::default(), |event| match event["requestContext"]["eventType"]
        .as_str()
    {
        Some("CONNECT") => Act::Wait,
        _ => status(200),
    })
    .await;
    let mut client = TcpStream::connect(bench.address).await.unwrap();
    let handshake = "GET /prod HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\n\
                     Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                     Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    client.write_all(handshake.as_bytes()).await.unwrap();
    bench.event_of("CONNECT").await;
    drop(client);
    bench.release.add_permits(1);
    assert_eq!(bench.disconnect().await.0, 1006);
    bench.edge.shutdown().await;
    bench.assert_no_event().await;
}
