//! HTTP requests as Lambda events of payload format 2.0.

use reqwest::Method;
use serde_json::{Value, json};
use tests::Stack;

use super::fixture::assert_event;

#[tokio::test]
async fn a_request_becomes_an_event_field_by_field() {
    let stack = Stack::with().probe().start().await;
    let request = stack
        .request(Method::POST, "/things/caf%C3%A9%20one?b=2&a=1&b=3%26&empty=")
        .header("User-Agent", "probe/1.0")
        .header("Content-Type", "text/plain; charset=utf-8")
        .header("X-Twice", "one")
        .header("X-Twice", "two")
        .header("Cookie", "first=1; second=2")
        .body("안녕");

    let event = stack.ask(request).await.expect(200);

    assert_event("http_post", &event);
}

#[tokio::test]
async fn what_a_request_does_not_have_its_event_does_not_have_either() {
    let stack = Stack::with().probe().start().await;
    let event = stack.get("/things/1").await.expect(200);
    for absent in ["body", "cookies", "queryStringParameters", "stageVariables"] {
        assert!(event.get(absent).is_none_or(Value::is_null), "{absent} in {event:#}");
    }
    assert_eq!(event["rawQueryString"], "");
    assert_eq!(event["isBase64Encoded"], false);
}

#[tokio::test]
async fn callers_stand_behind_who_is_claimed_to_have_called() {
    let stack = Stack::with().probe().start().await;
    let event = stack.get("/things/1").await.expect(200);
    let api = event["requestContext"]["apiId"].as_str().expect("an API has an id");
    for (path, callers) in [
        // The viewer, appended by CloudFront, and CloudFront, appended by API Gateway.
        ("/things/1", "192.0.2.1, 127.0.0.1, 127.0.0.1"),
        (&format!("/_aws/execute-api/{api}/$default/things/1"), "192.0.2.1, 127.0.0.1"),
    ] {
        let claim = stack.request(Method::GET, path).header("X-Forwarded-For", "192.0.2.1");
        let event = stack.ask(claim).await.expect(200);
        assert_eq!(event["headers"]["x-forwarded-for"], callers, "{path}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_arrive_as_base64() {
    let stack = Stack::with().probe().start().await;
    let request = stack
        .request(Method::POST, "/things/1")
        .header("Content-Type", "application/octet-stream")
        .body(vec![0xff, 0x00, 0x80]);

    let event = stack.ask(request).await.expect(200);

    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("/wCA"), &json!(true)));
}

#[tokio::test]
async fn a_fixed_path_beats_a_parameter_and_both_beat_a_greedy_one() {
    let stack = Stack::with().probe().start().await;
    for (path, route, parameters) in [
        ("/things/fixed", "GET /things/fixed", Value::Null),
        ("/things/other", "GET /things/{id}", json!({ "id": "other" })),
        ("/things/a%2Fb?x=%20y", "GET /things/{id}", json!({ "id": "a/b" })),
        ("/rest/a/b%20c", "ANY /rest/{proxy+}", json!({ "proxy": "a/b c" })),
    ] {
        let event = stack.get(path).await.expect(200);
        assert_eq!(
            (&event["routeKey"], &event["rawPath"]),
            (&json!(route), &event["requestContext"]["http"]["path"])
        );
        assert_eq!(event["pathParameters"], parameters, "{path}");
        let query = path.split_once('?').map_or("", |(_, query)| query);
        assert_eq!(event["rawQueryString"], query, "as it was sent");
    }
}

#[tokio::test]
async fn any_takes_every_method() {
    let stack = Stack::with().probe().start().await;
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE, Method::POST] {
        let event = stack.ask(stack.request(method.clone(), "/rest/x")).await.expect(200);
        assert_eq!(event["requestContext"]["http"]["method"], method.as_str());
    }
}
