//! The HTTP API from outside.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    bench::Bench,
    recorder::{Act, status},
};
use crate::apigateway::Limits;

#[tokio::test]
async fn a_request_becomes_an_event_and_the_answer_a_response() {
    let bench = Bench::with(Limits::default(), |_| {
        Act::Answer(json!({
            "statusCode": 201,
            "headers": { "content-type": "application/json" },
            "body": "{\"ok\":true}",
        }))
    })
    .await;
    let request = bench.request(Method::POST, "/rooms/a%2Fb?x=%20y");
    let request = request.header("content-type", "text/plain").body("안녕");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.json::<Value>().await.unwrap(), json!({ "ok": true }));
    let event = bench.event().await;
    assert_eq!(event["routeKey"], "POST /rooms/{roomId}");
    assert_eq!(event["pathParameters"], json!({ "roomId": "a/b" }));
    assert_eq!(event["rawQueryString"], "x=%20y");
    assert_eq!(event["body"], "안녕");
}

#[tokio::test]
async fn paths_and_methods_without_a_route_are_refused_clearly() {
    let bench = Bench::start().await;
    for (method, path, expected, message) in [
        (Method::GET, "/nothing", 404, "Not Found"),
        (Method::PATCH, "/rooms", 405, "PATCH is not allowed here, only GET"),
        (
            Method::GET,
            "/broken",
            503,
            "The CloudFront function of this path is invalid or could not run",
        ),
        (Method::GET, "/_aws/execute-api/unknown000/", 403, "Forbidden"),
    ] {
        let response = bench.request(method, path).send().await.unwrap();
        assert_eq!(response.status(), expected, "{path}");
        assert_eq!(response.json::<Value>().await.unwrap(), json!({ "message": message }));
    }
    let response = bench.request(Method::HEAD, "/rooms").send().await.unwrap();
    assert_eq!(response.status(), 404);
    bench.assert_no_event().await;
}

#[tokio::test]
async fn a_strict_edge_says_404_to_another_method() {
    let bench = Bench::strict(|_| status(200)).await;
    let response = bench.request(Method::PATCH, "/rooms").send().await.unwrap();
    assert_eq!(response.status(), 404);
}

#[tokio::test]
async fn a_function_without_an_answer_is_a_server_error() {
    let bench = Bench::with(Limits::default(), |event| match event["body"].as_str() {
        Some("fail") => Act::Fail,
        Some("crash") => Act::Crash,
        Some("hang") => Act::Hang,
        _ => Act::Answer(json!({ "statusCode": "no" })),
    })
    .await;
    for (body, expected) in [("fail", 500), ("crash", 502), ("hang", 504), ("malformed", 500)] {
        let request = bench.request(Method::POST, "/rooms/1").header("content-type", "text/plain");
        let response = request.body(body).send().await.unwrap();
        assert_eq!(response.status(), expected, "{body}");
        assert!(response.json::<Value>().await.unwrap()["message"].is_string());
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_a_function_sees_it() {
    let bench = Bench::start().await;
    let long = "x".repeat(10_300);
    let url = bench.request(Method::GET, &format!("/rooms?{long}"));
    let headers = bench.request(Method::GET, "/rooms").header("x-long", &long);
    let body = bench.request(Method::POST, "/rooms/1").body(vec![b'x'; 10 * 1024 * 1024 + 1]);
    for (request, expected) in [(url, 414), (headers, 431), (body, 413)] {
        assert_eq!(request.send().await.unwrap().status(), expected);
    }
    bench.assert_no_event().await;
}

#[tokio::test]
async fn a_browsers_preflight_needs_no_function() {
    let bench = Bench::start().await;
    let request = bench.request(Method::OPTIONS, "/rooms/1").header("origin", "http://app");
    let response = request.header("access-control-request-method", "POST").send().await.unwrap();
    assert_eq!(response.status(), 204);
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    assert_eq!(response.headers()["access-control-allow-methods"], "POST");
    bench.assert_no_event().await;
    let request = bench.request(Method::GET, "/nothing").header("origin", "http://app");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn the_api_answers_without_the_distribution_too() {
    let bench = Bench::start().await;
    let path = "/_aws/execute-api/httpapi000/$default/rooms";
    assert_eq!(bench.request(Method::GET, path).send().await.unwrap().status(), 200);
    assert_eq!(bench.event().await["rawPath"], "/rooms");
}

#[tokio::test]
async fn the_edge_says_that_it_is_well() {
    let bench = Bench::start().await;
    let response = bench.request(Method::GET, "/healthz").send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap(), json!({ "status": "ok" }));
}
