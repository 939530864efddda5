//! A connection's life as Lambda events, field by field.

use serde_json::json;
use tests::{Socket, Stack};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

use super::{connections::Client, fixture::assert_event};

#[tokio::test]
async fn connecting_becomes_an_event_field_by_field() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    let url = stack.socket_url("/socket/room/7?b=2&a=1&a=caf%C3%A9%26");
    let mut request = url.into_client_request().expect("a URL");
    request.headers_mut().insert("User-Agent", "probe/1.0".parse().expect("a value"));
    request.headers_mut().append("X-Twice", "one".parse().expect("a value"));
    request.headers_mut().append("X-Twice", "two".parse().expect("a value"));
    let _socket = Socket::open_with(request).await.expect("the probe admits everybody");

    let event = witness.hears("CONNECT").await;

    assert_event("connect", &event);
    assert_eq!(event["requestContext"]["requestId"], event["requestContext"]["extendedRequestId"]);
}

#[tokio::test]
async fn a_claim_of_who_called_is_one_value_with_who_did() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    let mut request = stack.socket_url("/socket").into_client_request().expect("a URL");
    for (name, claim) in [("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Proto", "made up")] {
        request.headers_mut().insert(name, claim.parse().expect("a value"));
    }
    let _socket = Socket::open_with(request).await.expect("the probe admits everybody");

    let headers = &witness.hears("CONNECT").await["multiValueHeaders"];

    let callers = "192.0.2.1, 127.0.0.1, 127.0.0.1";
    assert_eq!(headers["X-Forwarded-For"], json!([callers]));
    assert_eq!(headers["X-Forwarded-Proto"], json!(["http"]));
}

#[tokio::test]
async fn connecting_without_a_query_has_no_query_fields() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    let _client = stack.socket("/socket").await.expect("a socket");
    let event = witness.hears("CONNECT").await;
    for absent in
        ["queryStringParameters", "multiValueQueryStringParameters", "body", "path", "httpMethod"]
    {
        assert!(event.get(absent).is_none(), "{absent} in {event:#}");
    }
}

#[tokio::test]
async fn a_frame_becomes_an_event_field_by_field() {
    let stack = Stack::with().probe().start().await;
    let mut socket = stack.socket("/socket?ignored=1").await.expect("a socket");

    socket.send(Message::text("안녕, no JSON")).await;

    assert_event("message", &socket.next().await);
}

#[tokio::test]
async fn frames_are_routed_by_the_templates_expression() {
    let stack = Stack::with().probe().start().await;
    let mut socket = stack.socket("/socket").await.expect("a socket");
    for (frame, route) in [
        (r#"{"action":"shout","text":"hey"}"#, "shout"),
        (r#"{"action":"whisper"}"#, "$default"),
        (r#"{"action":7}"#, "$default"),
        (r#"{"action":"$connect"}"#, "$default"),
        (r#"{"action":"$disconnect"}"#, "$default"),
        (r#"["shout"]"#, "$default"),
        ("shout", "$default"),
    ] {
        socket.send(Message::text(frame)).await;
        let event = socket.next().await;
        assert_eq!(event["requestContext"]["routeKey"], route, "{frame}");
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!(frame), &json!(false)));
    }
}

#[tokio::test]
async fn leaving_becomes_an_event_field_by_field() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    let client = stack.socket("/socket?user=1").await.expect("a socket");
    let came = witness.hears("CONNECT").await;

    client.close(4321, "had enough").await;

    let left = witness.hears("DISCONNECT").await;
    assert_event("disconnect", &left);
    for field in ["connectionId", "connectedAt", "apiId", "stage", "domainName"] {
        assert_eq!(left["requestContext"][field], came["requestContext"][field], "{field}");
    }
}

#[tokio::test]
async fn every_way_of_leaving_is_reported_with_its_code() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;

    let client = stack.socket("/socket").await.expect("a socket");
    witness.hears("CONNECT").await;
    client.close(1001, "").await;
    assert_eq!(witness.hears_of_the_end().await, (1001, String::new()));

    let client = stack.socket("/socket").await.expect("a socket");
    witness.hears("CONNECT").await;
    client.close(4000, "enough").await;
    assert_eq!(witness.hears_of_the_end().await, (4000, "enough".to_owned()));

    let client = stack.socket("/socket").await.expect("a socket");
    witness.hears("CONNECT").await;
    client.close_silently().await;
    let unset = "Client-side close frame status not set".to_owned();
    assert_eq!(witness.hears_of_the_end().await, (1005, unset));

    let client = stack.socket("/socket").await.expect("a socket");
    witness.hears("CONNECT").await;
    client.drop_network();
    assert_eq!(witness.hears_of_the_end().await.0, 1006);
}
