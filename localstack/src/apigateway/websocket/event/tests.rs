//! The events, field by field.

use axum::{body::Body, extract::Request};

use super::*;
use crate::apigateway::websocket::outbox::Outbox;

const DOMAIN: &str = "wsapi00000.execute-api.us-east-1.amazonaws.com";

fn connection() -> Connection {
    Connection::new(
        "127.0.0.1".into(),
        Some("agent".into()),
        Timestamp::from_millisecond(1_707_503_008_042).unwrap(),
        Outbox::new(1024),
    )
}

/// The event without its ids, which must be where they belong.
fn without_ids(mut event: Value, connection: &Connection) -> Value {
    let context = event["requestContext"].as_object_mut().unwrap();
    assert_eq!(context.remove("connectionId").unwrap(), json!(connection.id));
    let request_id = context.remove("requestId").unwrap();
    assert!(request_id.as_str().unwrap().ends_with('='));
    assert_eq!(context.remove("extendedRequestId").unwrap(), request_id);
    event
}

fn expected_context(route_key: &str, event_type: &str, more: &[(&str, Value)]) -> Value {
    let mut context = json!({
        "routeKey": route_key,
        "eventType": event_type,
        "requestTime": "09/Feb/2024:18:23:28 +0000",
        "messageDirection": "IN",
        "stage": "prod",
        "connectedAt": 1_707_503_008_042_u64,
        "requestTimeEpoch": 1_707_503_008_042_u64,
        "identity": { "sourceIp": "127.0.0.1", "userAgent": "agent" },
        "domainName": DOMAIN,
        "apiId": "wsapi00000",
    });
    for (name, value) in more {
        context[name] = value.clone();
    }
    context
}

fn request(uri: &str) -> ApiRequest {
    let request = Request::get(uri)
        .header("host", "localhost:3000")
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("origin", "http://one")
        .header("x-many", "a")
        .header("x-many", "b")
        .body(Body::empty())
        .unwrap();
    ApiRequest::new(request, ([127, 0, 0, 1], 50000).into())
}

#[test]
fn a_connect_event_has_headers_and_the_decoded_query() {
    let connection = connection();
    let names = ApiNames::new("wsapi00000", "prod");
    let event = connect(&names, &connection, &request("/prod?a=1&a=2&b=%20"));
    let expected = json!({
        "headers": {
            "Host": DOMAIN, "Origin": "http://one", "Sec-WebSocket-Version": "13",
            "X-Many": "b", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Port": "3000",
            "X-Forwarded-Proto": "http",
        },
        "multiValueHeaders": {
            "Host": [DOMAIN], "Origin": ["http://one"], "Sec-WebSocket-Version": ["13"],
            "X-Many": ["a", "b"], "X-Forwarded-For": ["127.0.0.1"],
            "X-Forwarded-Port": ["3000"], "X-Forwarded-Proto": ["http"],
        },
        "queryStringParameters": { "a": "2", "b": " " },
        "multiValueQueryStringParameters": { "a": ["1", "2"], "b": [" "] },
        "requestContext": expected_context("$connect", "CONNECT", &[]),
        "isBase64Encoded": false,
    });
    assert_eq!(without_ids(event, &connection), expected);
    let event = connect(&names, &connection, &request("/prod"));
    assert!(event.get("queryStringParameters").is_none());
    assert!(event.get("multiValueQueryStringParameters").is_none());
}

#[test]
fn a_message_event_has_a_body_and_nothing_of_the_handshake() {
    let connection = connection();
    let names = ApiNames::new("wsapi00000", "prod");
    let event = message(&names, &connection, "send", "{}", connection.connected_at);
    let message_id = event["requestContext"]["messageId"].clone();
    let expected = json!({
        "requestContext": expected_context("send", "MESSAGE", &[("messageId", message_id)]),
        "body": "{}",
        "isBase64Encoded": false,
    });
    assert_eq!(without_ids(event, &connection), expected);
}

#[test]
fn a_disconnect_event_says_why() {
    let connection = connection();
    let names = ApiNames::new("wsapi00000", "prod");
    let event = disconnect(&names, &connection, &CloseStatus::DELETED, connection.connected_at);
    let why = [
        ("disconnectStatusCode", json!(1000)),
        ("disconnectReason", json!("Connection Closed Normally")),
    ];
    let expected = json!({
        "headers": {
            "Host": DOMAIN, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "",
        },
        "multiValueHeaders": {
            "Host": [DOMAIN], "x-api-key": [""], "X-Forwarded-For": [""],
            "x-restapi": [""],
        },
        "requestContext": expected_context("$disconnect", "DISCONNECT", &why),
        "isBase64Encoded": false,
    });
    assert_eq!(without_ids(event, &connection), expected);
}
