//! Function answers of payload format 2.0 as HTTP answers.

use serde_json::{Value, json};
use tests::{Reply, Stack};

async fn answered_with(stack: &Stack, reply: Value) -> Reply {
    stack.post("/things/1", &json!({ "act": "reply", "reply": reply })).await
}

#[tokio::test]
async fn status_headers_cookies_and_body_are_passed_on() {
    let stack = Stack::with().probe().start().await;
    let reply = answered_with(
        &stack,
        json!({
            "statusCode": 418,
            "headers": { "Content-Type": "text/markdown", "X-Number": 7, "x-flag": true },
            "cookies": ["a=1; Path=/", "b=2"],
            "body": "# 안녕",
        }),
    )
    .await;

    assert_eq!((reply.status, reply.text.as_str()), (418, "# 안녕"));
    assert_eq!(reply.header("content-type"), "text/markdown");
    assert_eq!((reply.header("x-number"), reply.header("x-flag")), ("7", "true"));
    let cookies: Vec<_> = reply.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1; Path=/", "b=2"]);
}

#[tokio::test]
async fn a_base64_body_is_decoded() {
    let stack = Stack::with().probe().start().await;
    let reply = json!({ "statusCode": 200, "isBase64Encoded": true, "body": "aGVsbG8=" });
    assert_eq!(answered_with(&stack, reply).await.text, "hello");
}

#[tokio::test]
async fn an_answer_without_a_status_is_the_body_itself() {
    let stack = Stack::with().probe().start().await;
    for body in [json!({ "hello": "world" }), json!([1, 2])] {
        let reply = answered_with(&stack, body.clone()).await;
        assert_eq!(reply.header("content-type"), "application/json");
        assert_eq!(reply.expect(200), body);
    }
}

#[tokio::test]
async fn an_answer_without_a_body_is_empty() {
    let stack = Stack::with().probe().start().await;
    let reply = answered_with(&stack, json!({ "statusCode": 204 })).await;
    assert_eq!((reply.status, reply.text.as_str()), (204, ""));
}

#[tokio::test]
async fn a_malformed_answer_is_an_internal_error() {
    let stack = Stack::with().probe().start().await;
    for reply in [
        json!({ "statusCode": "many" }),
        json!({ "statusCode": 9000 }),
        json!({ "statusCode": 200, "headers": ["no"] }),
        json!({ "statusCode": 200, "isBase64Encoded": true, "body": "%%%" }),
        json!({ "statusCode": 200, "headers": { "bad\nname": "x" } }),
    ] {
        let answer = answered_with(&stack, reply.clone()).await;
        assert_eq!(answer.status, 500, "{reply} gave {answer:?}");
        assert_eq!(answer.json(), json!({ "message": "Internal Server Error" }));
    }
}
