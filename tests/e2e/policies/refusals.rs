//! What the refusals of DynamoDB and of `@connections` look like.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use reqwest::{Method, Request};
use serde_json::{Value, json};
use tests::{
    Reply, Stack,
    deadline::eventually,
    signature::{developer, sign, sign_at},
};

use super::refusals;

/// A function of the probe's template that has no policy.
const FUNCTION: &str = "OnRequest";

/// A DynamoDB call that is not signed yet.
fn database_call(stack: &Stack, operation: &str, body: &Value) -> Request {
    let lines = stack.edge.log.lines();
    let url = lines.iter().find_map(|line| line.trim().strip_prefix("DynamoDB"));
    let url = url.and_then(|rest| rest.split_whitespace().next()).expect("the edge prints it");
    let request = tests::tls::http_client()
        .build()
        .expect("a client")
        .post(url)
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
        .header("content-type", "application/x-amz-json-1.0")
        .body(body.to_string());
    request.build().expect("a request")
}

fn get_thing() -> Value {
    json!({ "TableName": "chat-Things", "Key": { "id": { "S": "SECRET#1" } } })
}

/// What the function signs its calls with.
async fn credentials_of_the_probe(stack: &Stack) -> Credentials {
    let process = stack.post("/things/1", &json!({ "act": "process" })).await.expect(200);
    let variable = |name: &str| process["environment"][name].as_str().map(str::to_owned);
    let key = variable("AWS_ACCESS_KEY_ID").expect("a key");
    let secret = variable("AWS_SECRET_ACCESS_KEY").expect("a secret");
    Credentials::new(key, secret, variable("AWS_SESSION_TOKEN"), None, "the probe")
}

fn refused(reply: &Reply, exception: &str, says: &str) {
    assert_eq!(reply.status, 400, "{reply:?}");
    let body = reply.json();
    assert_eq!(body["__type"], format!("com.amazon.coral.service#{exception}"));
    let text = body["message"].as_str().or(body["Message"].as_str()).unwrap_or_default();
    assert!(text.contains(says), "{text}");
}

/// Waits for a refusal that names all of this. The log comes over a pipe, after the answer.
async fn logged(stack: &Stack, names: &[&str]) {
    eventually("a line of the log about the refusal", async || {
        let lines = refusals(stack).into_iter();
        let mut naming = lines.filter(|line| names.iter().all(|name| line.contains(name)));
        naming.next().map(drop)
    })
    .await;
}

#[tokio::test]
async fn a_developer_may_do_everything_and_a_function_what_its_policies_allow() {
    let stack = Stack::with().probe().start().await;
    let probe = credentials_of_the_probe(&stack).await;
    let mut call = database_call(&stack, "GetItem", &get_thing());
    sign(&mut call, "dynamodb", &developer());
    assert_eq!(stack.execute(call).await.status, 200);

    let mut call = database_call(&stack, "GetItem", &get_thing());
    sign(&mut call, "dynamodb", &probe);
    let says = "/OnRequest is not authorized to perform: dynamodb:GetItem on resource: \
                arn:aws:dynamodb:us-east-1:000000000000:table/chat-Things";
    refused(&stack.execute(call).await, "AccessDeniedException", says);

    logged(&stack, &[FUNCTION, "dynamodb:GetItem", "SECRET#…"]).await;
    assert_eq!(refusals(&stack).len(), 1, "the developer was refused nothing");
}

#[tokio::test]
async fn a_call_whose_signature_is_not_good_is_refused_by_dynamodb() {
    let stack = Stack::with().probe().start().await;
    let probe = credentials_of_the_probe(&stack).await;
    let unsigned = database_call(&stack, "GetItem", &get_thing());
    refused(
        &stack.execute(unsigned).await,
        "MissingAuthenticationTokenException",
        "Request is missing Authentication Token",
    );
    let mut of_nobody = database_call(&stack, "GetItem", &get_thing());
    sign(&mut of_nobody, "dynamodb", &Credentials::new("AKIA", "x", None, None, "nobody"));
    let says = "The security token included in the request is invalid.";
    refused(&stack.execute(of_nobody).await, "UnrecognizedClientException", says);

    let mut late = database_call(&stack, "GetItem", &get_thing());
    sign_at(six_minutes_ago(), &mut late, "dynamodb", &probe);
    refused(&stack.execute(late).await, "InvalidSignatureException", "Signature expired: ");

    let mut changed = database_call(&stack, "GetItem", &get_thing());
    sign(&mut changed, "dynamodb", &probe);
    *changed.body_mut() = Some(get_thing().to_string().replace('1', "2").into());
    let says = "The request signature we calculated does not match";
    refused(&stack.execute(changed).await, "InvalidSignatureException", says);
}

#[tokio::test]
async fn a_call_of_connections_is_refused_with_403() {
    let stack = Stack::with().probe().start().await;
    let probe = credentials_of_the_probe(&stack).await;
    let call = || {
        let call = stack.management(Method::POST, "live", "L0SM9cOFvHcCIhw=").body("x");
        call.build().expect("a request")
    };
    let mut denied = call();
    sign(&mut denied, "execute-api", &probe);
    let denied = stack.execute(denied).await;
    assert_eq!(denied.header("x-amzn-errortype"), "AccessDeniedException");
    let body = denied.expect(403);
    let text = body["Message"].as_str().unwrap_or_default();
    assert!(text.contains("is not authorized to perform: execute-api:ManageConnections"), "{text}");
    logged(&stack, &[FUNCTION, "ManageConnections"]).await;

    let mut late = call();
    sign_at(six_minutes_ago(), &mut late, "execute-api", &developer());
    let late = stack.execute(late).await;
    assert_eq!((late.status, late.header("x-amzn-errortype")), (403, "InvalidSignatureException"));

    let mut good = call();
    sign(&mut good, "execute-api", &developer());
    assert_eq!(stack.execute(good).await.status, 410, "allowed, but there is no such connection");
}

#[expect(clippy::disallowed_methods, reason = "a signature is good for some minutes")]
fn six_minutes_ago() -> SystemTime {
    SystemTime::now() - Duration::from_mins(6)
}
