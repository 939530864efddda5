//! `/@connections/{id}`: POST, GET and DELETE, and every refusal with its status and type.

use reqwest::Method;
use serde_json::json;
use tests::{Reply, Stack, deadline::eventually};

use super::connections::{Client, WAIT, call, post};

const LARGEST: usize = 131_072;

fn exception(answer: &Reply, status: u16, kind: &str) {
    assert_eq!(answer.status, status, "came {answer:?}");
    assert_eq!(answer.header("x-amzn-errortype"), kind);
    assert!(answer.json()["message"].is_string(), "came {answer:?}");
}

#[tokio::test]
async fn a_post_arrives_as_a_text_frame() {
    let stack = Stack::with().probe().start().await;
    let mut client = Client::connect(&stack).await;
    for text in ["안녕".to_owned(), String::new(), "x".repeat(LARGEST)] {
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
        let request = stack.request(Method::POST, &path).body(path.clone());
        assert_eq!(stack.ask_signed(request).await.status, 200);
        assert_eq!(client.socket.next_text().await, path);
    }
}

#[tokio::test]
async fn a_get_describes_the_connection() {
    let stack = Stack::with().probe().start().await;
    let client = Client::connect(&stack).await;

    let described = stack.ask_signed(call(&stack, Method::GET, &client.id)).await.expect(200);

    let names: Vec<&String> = described.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["connectedAt", "identity", "lastActiveAt"]);
    assert_eq!(described["identity"]["sourceIp"], "127.0.0.1");
    // Of the form 2024-02-09T18:23:28.042Z, so that the texts are ordered as the times are.
    let time = |field: &str| {
        let text = described[field].as_str().unwrap_or_default();
        assert_eq!((text.len(), text.find('T'), text.rfind('Z')), (24, Some(10), Some(23)));
        text
    };
    assert!(time("connectedAt") <= time("lastActiveAt"), "came {described}");
}

#[tokio::test]
async fn a_delete_closes_with_1000_after_what_was_posted_and_disconnects() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    let mut client = Client::connect(&stack).await;
    witness.hears("CONNECT").await;
    for text in ["\"one\"", "\"two\""] {
        assert_eq!(post(&stack, &client.id, text).await.status, 200);
    }

    assert_eq!(stack.ask_signed(call(&stack, Method::DELETE, &client.id)).await.status, 204);

    exception(&post(&stack, &client.id, "three").await, 410, "GoneException");
    let (frames, (code, _)) = client.socket.rest().await;
    assert_eq!((frames, code), (vec![json!("one"), json!("two")], 1000));
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
        let answer = stack.ask_signed(call(&stack, Method::GET, &client.id)).await;
        (answer.status == 410).then_some(())
    })
    .await;
    for id in [client.id.as_str(), "L0SM9cOFvHcCIhw="] {
        for method in [Method::POST, Method::GET, Method::DELETE] {
            exception(&stack.ask_signed(call(&stack, method, id)).await, 410, "GoneException");
        }
    }
}

#[tokio::test]
async fn a_connection_is_gone_until_connect_has_answered() {
    let stack = Stack::with().patient_probe(10).start().await;
    let mut witness = Client::witness(&stack).await;
    // The probe shows the event to the witness, and then waits in `$connect`.
    let path = format!("/socket?act={WAIT}");
    let posted = async {
        let event = witness.hears("CONNECT").await;
        let id = event["requestContext"]["connectionId"].as_str().expect("an id");
        exception(&post(&stack, id, "too early").await, 410, "GoneException");
        witness.release().await;
        id.to_owned()
    };
    let (socket, id) = futures_util::future::join(stack.socket(&path), posted).await;
    let mut socket = socket.expect("the handshake completes all the same");
    assert_eq!(post(&stack, &id, "in time").await.status, 200);
    assert_eq!(socket.next_text().await, "in time");
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
        let answer = stack.ask_signed(call(&stack, Method::POST, id).body("x")).await;
        exception(&answer, 400, "BadRequestException");
        let message = answer.json()["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains("Invalid connectionId"), "came {message}");
    }
}

#[tokio::test]
async fn an_unsigned_call_or_a_wrong_stage_is_forbidden() {
    let stack = Stack::with().probe().start().await;
    let client = Client::connect(&stack).await;
    let path = format!("/live/@connections/{}", client.id);
    let unsigned = stack.ask(stack.request(Method::POST, &path).body("x")).await;
    assert_eq!(unsigned.expect(403)["message"], "Missing Authentication Token");
    let wrong = stack.manage(Method::POST, "elsewhere", &client.id).await;
    assert_eq!(wrong.expect(403)["message"], "Forbidden");
    let below = stack.ask_signed(call(&stack, Method::POST, &format!("{}/more", client.id))).await;
    assert_eq!(below.status, 403, "came {below:?}");
}

#[tokio::test]
async fn another_method_is_forbidden() {
    let stack = Stack::with().probe().start().await;
    let client = Client::connect(&stack).await;
    let answer = stack.ask_signed(call(&stack, Method::PUT, &client.id).body("x")).await;
    exception(&answer, 403, "ForbiddenException");
}
