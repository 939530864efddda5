//! `/@connections/{id}`: POST, GET and DELETE, and every refusal with its status and type.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Reply, Stack, deadline::eventually};

use super::connections::{Client, call, post, unsigned};

const LARGEST: usize = 131_072;

fn exception(answer: &Reply, status: u16, kind: &str) {
    assert_eq!(answer.status, status, "came {answer:?}");
    let named = answer.header("x-amzn-errortype");
    assert!(named.starts_with(kind), "expected {kind}, came {named:?}");
    assert!(answer.json()["message"].is_string(), "came {answer:?}");
}

#[tokio::test]
async fn a_post_arrives_as_a_text_frame() {
    let stack = Stack::with().probe().start().await;
    let mut client = Client::connect(&stack).await;
    for text in ["안녕".to_owned(), "x".repeat(LARGEST)] {
        let answer = post(&stack, &client.id, text.clone()).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""));
        assert_eq!(client.socket.next_text().await, text);
    }
}

#[tokio::test]
async fn an_id_may_be_percent_encoded_and_the_url_an_emulators() {
    let stack = Stack::with().probe().start().await;
    let mut client = Client::connect(&stack).await;
    let encoded = client.id.replace('=', "%3D");
    client.socket.send("ask for the API's id").await;
    let event = client.socket.next().await;
    let api = event["requestContext"]["apiId"].as_str().expect("an API id");
    for path in [
        format!("/live/@connections/{encoded}"),
        format!("/live/%40connections/{encoded}"),
        format!("/_aws/execute-api/{api}/live/@connections/{encoded}"),
    ] {
        let request =
            stack.request(Method::POST, &path).header("authorization", "AWS4-HMAC-SHA256 x");
        assert_eq!(stack.ask(request.body(path.clone())).await.status, 200);
        assert_eq!(client.socket.next_text().await, path);
    }
}

#[tokio::test]
async fn a_get_tells_about_the_connection() {
    let stack = Stack::with().probe().start().await;
    let client = Client::connect(&stack).await;

    let told = stack.ask(call(&stack, Method::GET, &client.id)).await.expect(200);

    let names: Vec<&String> = told.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["connectedAt", "identity", "lastActiveAt"]);
    assert_eq!(told["identity"]["sourceIp"], "127.0.0.1");
    let time = |field: &Value| {
        let text = field.as_str().unwrap_or_default();
        text.len() >= 20 && text.as_bytes()[10] == b'T' && text.ends_with('Z')
    };
    assert!(time(&told["connectedAt"]) && time(&told["lastActiveAt"]), "came {told}");
}

#[tokio::test]
async fn a_delete_closes_with_1000_after_what_was_posted_and_disconnects() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    let mut client = Client::connect(&stack).await;
    witness.hears("CONNECT").await;
    assert_eq!(post(&stack, &client.id, "\"last\"").await.status, 200);

    assert_eq!(stack.ask(call(&stack, Method::DELETE, &client.id)).await.status, 204);

    let (frames, (code, _)) = client.socket.rest().await;
    assert_eq!((frames, code), (vec![json!("last")], 1000));
    let normally = "Connection Closed Normally".to_owned();
    assert_eq!(witness.hears_of_the_end().await, (1000, normally));
    exception(&post(&stack, &client.id, "x").await, 410, "GoneException");
}

#[tokio::test]
async fn a_connection_that_is_gone_is_gone_for_every_call() {
    let stack = Stack::with().probe().start().await;
    let client = Client::connect(&stack).await;
    client.socket.close(1000, "").await;
    eventually("the connection to be forgotten", async || {
        let answer = stack.ask(call(&stack, Method::GET, &client.id)).await;
        (answer.status == 410).then_some(())
    })
    .await;
    for id in [client.id.as_str(), "L0SM9cOFvHcCIhw="] {
        for method in [Method::POST, Method::GET, Method::DELETE] {
            exception(&stack.ask(call(&stack, method, id)).await, 410, "GoneException");
        }
    }
}

#[tokio::test]
async fn a_connection_is_gone_until_connect_has_answered() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    // The probe hangs in `$connect` after it has told the witness the connection's id.
    let hanging = stack.socket("/socket?act=%7B%22act%22%3A%22hang%22%7D");
    let posted = async {
        let event = witness.hears("CONNECT").await;
        let id = event["requestContext"]["connectionId"].as_str().expect("an id");
        post(&stack, id, "too early").await
    };
    let (_, answer) = futures_util::future::join(hanging, posted).await;
    exception(&answer, 410, "GoneException");
}

#[tokio::test]
async fn a_frame_over_128_kilobytes_is_too_large() {
    let stack = Stack::with().probe().start().await;
    let mut client = Client::connect(&stack).await;
    let answer = post(&stack, &client.id, "x".repeat(LARGEST + 1)).await;
    exception(&answer, 413, "PayloadTooLargeException");
    assert_eq!(post(&stack, &client.id, "small").await.status, 200);
    assert_eq!(client.socket.next_text().await, "small");
}

#[tokio::test]
async fn a_malformed_id_is_a_bad_request() {
    let stack = Stack::with().probe().start().await;
    for id in ["nonsense", "a%20b", "%00", "ab=cd"] {
        let answer = stack.ask(call(&stack, Method::POST, id).body("x")).await;
        exception(&answer, 400, "BadRequestException");
        let message = answer.json()["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains("Invalid connectionId"), "came {message}");
    }
}

#[tokio::test]
async fn an_unsigned_call_or_a_wrong_stage_is_forbidden() {
    let stack = Stack::with().probe().start().await;
    let client = Client::connect(&stack).await;
    let answer = stack.ask(unsigned(&stack, Method::POST, &client.id).body("x")).await;
    assert_eq!(answer.status, 403, "came {answer:?}");
    let path = format!("/elsewhere/@connections/{}", client.id);
    let wrong = stack.request(Method::POST, &path).header("authorization", "AWS4-HMAC-SHA256 x");
    assert_eq!(stack.ask(wrong).await.expect(403)["message"], "Forbidden");
}
