//! Cross-origin requests, answered by the API as the template configures it.

use reqwest::Method;
use serde_json::json;
use tests::{Reply, Stack};

const ORIGIN: &str = "https://app.example.com";

async fn preflight(stack: &Stack, path: &str, origin: &str, method: &str, headers: &str) -> Reply {
    let request = stack
        .request(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers);
    stack.ask(request).await
}

fn lists(reply: &Reply, header: &str, value: &str) -> bool {
    reply.header(header).split(',').any(|item| item.trim().eq_ignore_ascii_case(value))
}

#[tokio::test]
async fn a_preflight_is_answered_by_the_api_itself() {
    let stack = Stack::with().probe().start().await;
    let answer = preflight(&stack, "/things/1", ORIGIN, "POST", "x-asked").await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
    assert!(lists(&answer, "access-control-allow-methods", "POST"));
    assert!(lists(&answer, "access-control-allow-headers", "x-asked"));
    assert_eq!(answer.header("access-control-max-age"), "60");
    let process = stack.post("/things/1", &json!({ "act": "process" })).await.expect(200);
    assert_eq!(process["invocations"], 1, "no function was asked before");
}

#[tokio::test]
async fn an_answer_of_the_api_itself_carries_the_headers_too() {
    let stack = Stack::with().probe().start().await;
    let request = stack.request(Method::GET, "/nothing").header("origin", ORIGIN);
    let answer = stack.ask(request).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
}

#[tokio::test]
async fn an_unknown_origin_is_allowed_nothing() {
    let stack = Stack::with().probe().start().await;
    let answer =
        preflight(&stack, "/things/1", "https://evil.example.com", "POST", "x-asked").await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn an_answer_carries_the_apis_headers_and_not_the_functions() {
    let stack = Stack::with().probe().start().await;
    let body = r#"{"act":"reply","reply":{"statusCode":200,"headers":{"access-control-allow-origin":"*"}}}"#;
    let request = stack.request(Method::POST, "/things/1").header("origin", ORIGIN).body(body);
    let answer = stack.ask(request).await;
    let origins: Vec<_> = answer.headers.get_all("access-control-allow-origin").iter().collect();
    assert_eq!(origins, [ORIGIN]);
    assert!(lists(&answer, "access-control-expose-headers", "x-shown"));
}

#[tokio::test]
async fn a_browser_may_send_the_chat_an_access_token() {
    let stack = Stack::start().await;
    for header in ["accesstoken", "authorization", "content-type"] {
        let path = "/api/v1/chat/rooms/1/messages";
        let answer = preflight(&stack, path, "null", "POST", header).await;
        assert_eq!(answer.status, 204);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(lists(&answer, "access-control-allow-headers", header), "came {answer:?}");
    }
}
