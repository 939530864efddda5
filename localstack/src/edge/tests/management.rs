//! The `@connections` API from outside.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use super::{
    bench::{Bench, close, send, text},
    recorder::{Act, status},
};
use crate::apigateway::Limits;

/// A connection that never was.
const UNKNOWN: &str = "L0SM9cOFvHcCIhw=";

async fn post(bench: &Bench, id: &str, body: impl Into<reqwest::Body>) -> u16 {
    bench.manage(Method::POST, id, body).await.status().as_u16()
}

#[tokio::test]
async fn a_post_arrives_as_a_text_frame() {
    let bench = Bench::start().await;
    let (mut socket, id) = bench.connect().await;
    let largest = "x".repeat(131_072);
    for body in ["안녕", "", &largest] {
        let answer = bench.manage(Method::POST, &id, body.to_owned()).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.text().await.unwrap(), "");
        assert_eq!(text(&mut socket).await, body);
    }
}

#[tokio::test]
async fn every_url_form_of_a_connection_works_and_no_other() {
    let bench = Bench::start().await;
    let (_socket, id) = bench.connect().await;
    let encoded = id.replace('=', "%3D");
    for (path, expected) in [
        (format!("/prod/@connections/{id}"), 200),
        (format!("/prod/%40connections/{encoded}"), 200),
        (format!("/_aws/execute-api/wsapi00000/prod/@connections/{encoded}"), 200),
        (format!("/dev/@connections/{id}"), 403),
        (format!("/prod/@connections/{id}/more"), 403),
    ] {
        let request =
            bench.request(Method::POST, &path).header("authorization", "AWS4-HMAC-SHA256");
        assert_eq!(request.send().await.unwrap().status(), expected, "{path}");
    }
}

#[tokio::test]
async fn refusals_have_the_types_and_statuses_of_api_gateway() {
    let bench = Bench::start().await;
    let (_socket, id) = bench.connect().await;
    for (method, id, body, expected, error_type) in [
        (Method::POST, UNKNOWN, "x", 410, "GoneException"),
        (Method::GET, UNKNOWN, "", 410, "GoneException"),
        (Method::DELETE, UNKNOWN, "", 410, "GoneException"),
        (Method::POST, "nonsense", "x", 400, "BadRequestException"),
        (Method::POST, &id, &"x".repeat(131_073), 413, "PayloadTooLargeException"),
        (Method::PUT, &id, "x", 403, "ForbiddenException"),
    ] {
        let answer = bench.manage(method, id, body.to_owned()).await;
        assert_eq!(answer.status(), expected);
        assert_eq!(answer.headers()["x-amzn-errortype"], error_type);
        assert!(answer.json::<Value>().await.unwrap()["message"].is_string());
    }
    let unsigned = bench.request(Method::POST, &format!("/prod/@connections/{id}"));
    let answer = unsigned.send().await.unwrap();
    assert_eq!(answer.status(), 403);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["message"], "Missing Authentication Token");
}

#[tokio::test]
async fn a_connection_can_be_looked_at() {
    let bench = Bench::start().await;
    let (mut socket, id) = bench.connect().await;
    send(&mut socket, "hello").await;
    bench.event_of("MESSAGE").await;
    let answer: Value = bench.manage(Method::GET, &id, "").await.json().await.unwrap();
    assert_eq!(answer["identity"]["sourceIp"], "127.0.0.1");
    let time = |field: &str| answer[field].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(time("connectedAt") <= time("lastActiveAt"));
}

#[tokio::test]
async fn a_deleted_connection_gets_what_was_accepted_then_1000_and_no_more() {
    let bench = Bench::start().await;
    let (mut socket, id) = bench.connect().await;
    for body in ["one", "two"] {
        assert_eq!(post(&bench, &id, body).await, 200);
    }
    assert_eq!(bench.manage(Method::DELETE, &id, "").await.status(), 204);
    assert_eq!(post(&bench, &id, "three").await, 410);
    assert_eq!(text(&mut socket).await, "one");
    assert_eq!(text(&mut socket).await, "two");
    assert_eq!(close(&mut socket).await.0, 1000);
    assert_eq!(bench.disconnect().await, (1000, "Connection Closed Normally".into()));
}

#[tokio::test]
async fn a_connection_is_gone_while_connect_runs() {
    let bench = Bench::with(Limits::default(), |event| match event["requestContext"]["eventType"]
        .as_str()
    {
        Some("CONNECT") => Act::Wait,
        _ => status(200),
    })
    .await;
    let (socket, ()) = tokio::join!(bench.try_connect("/prod"), async {
        let event = bench.event_of("CONNECT").await;
        let id = event["requestContext"]["connectionId"].as_str().unwrap();
        assert_eq!(post(&bench, id, "early").await, 410);
        bench.release.add_permits(1);
    });
    socket.unwrap();
}

#[tokio::test]
async fn a_client_that_does_not_read_costs_nobody_else_anything() {
    let limits = Limits {
        slow_client: Duration::from_millis(500),
        close_timeout: Duration::from_millis(100),
        ..Limits::default()
    };
    let bench = Bench::with(limits, |_| status(200)).await;
    let (_slow, slow_id) = bench.connect().await;
    let (mut quick, quick_id) = bench.connect().await;
    let body = "x".repeat(100_000);
    let mut refused = None;
    for _ in 0..200 {
        let answer = bench.manage(Method::POST, &slow_id, body.clone()).await;
        if answer.status() != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("a bound");
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["x-amzn-errortype"], "LimitExceededException");
    assert_eq!(post(&bench, &quick_id, "hello").await, 200);
    assert_eq!(text(&mut quick).await, "hello");
    assert_eq!(bench.disconnect().await.0, 1006);
    assert_eq!(post(&bench, &slow_id, "late").await, 410);
}

#[tokio::test]
async fn deleting_a_client_that_does_not_read_does_not_wait_for_it() {
    let limits = Limits { close_timeout: Duration::from_millis(100), ..Limits::default() };
    let bench = Bench::with(limits, |_| status(200)).await;
    let (_slow, id) = bench.connect().await;
    let body = "x".repeat(100_000);
    while post(&bench, &id, body.clone()).await == 200 {}
    assert_eq!(bench.manage(Method::DELETE, &id, "").await.status(), 204);
    assert_eq!(bench.disconnect().await.0, 1000);
}
