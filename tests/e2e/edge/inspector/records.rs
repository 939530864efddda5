//! What happened, in AWS's words and without credentials.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Stack, deadline::eventually};
use tokio_tungstenite::tungstenite::Message;

use super::{change, record, records};
use crate::edge::{
    connections::Client,
    event_sources::{Letters, letter},
};

#[tokio::test]
async fn a_request_is_an_event_and_an_invocation_of_its_function() {
    let stack = Stack::with().probe().start().await;
    let event = stack.post("/things/1", &json!({ "act": "event" })).await.expect(200);
    stack.get("/things/2").await.expect(200);

    let shown = &records(&stack, "event").await[0];
    assert_eq!((&shown["function"], &shown["event"]), (&json!("OnRequest"), &event));

    let invocations = records(&stack, "invocation").await;
    let [cold, warm] = &invocations[..] else { panic!("expected two, came {invocations:?}") };
    assert_eq!(cold["eventRequestId"], event["requestContext"]["requestId"]);
    for invocation in [cold, warm] {
        assert_eq!(
            (&invocation["function"], &invocation["status"]),
            (&json!("OnRequest"), &json!("success"))
        );
        assert!(invocation["durationMs"].as_f64() > Some(0.0), "{invocation}");
        assert_eq!(invocation["requestId"].as_str().map(str::len), Some(36));
        assert_eq!(invocation["response"]["statusCode"], 200);
    }
    assert!(cold["initDurationMs"].as_f64() > Some(0.0), "{cold}");
    assert_eq!(warm["initDurationMs"], Value::Null);
}

#[tokio::test]
async fn a_socket_is_an_event_for_its_coming_each_frame_and_its_going() {
    let stack = Stack::with().probe().start().await;
    let client = Client::connect(&stack).await;
    let id = client.id.clone();
    client.socket.close(1000, "bye").await;

    let ending = record(&stack, "event", |event| {
        event["event"]["requestContext"]["eventType"] == "DISCONNECT"
    });
    assert_eq!(ending.await["event"]["requestContext"]["disconnectReason"], "bye");
    let shown = records(&stack, "event").await;
    let contexts: Vec<_> = shown.iter().map(|event| &event["event"]["requestContext"]).collect();
    let routes: Vec<_> = contexts.iter().map(|context| &context["routeKey"]).collect();
    assert_eq!(routes, ["$connect", "$default", "$disconnect"]);
    assert!(contexts.iter().all(|context| context["connectionId"] == id), "{shown:?}");
    assert!(shown.iter().all(|event| event["function"] == "OnSocket"), "{shown:?}");
}

#[tokio::test]
async fn posts_of_a_function_are_a_broadcast() {
    let stack = Stack::with().probe().start().await;
    let client = Client::connect(&stack).await;

    let broadcast = record(&stack, "broadcast", |_| true).await;

    assert_eq!(broadcast["function"], "OnSocket");
    let counts = ["delivered", "gone", "throttled", "failed"].map(|count| &broadcast[count]);
    assert_eq!(counts, [1, 0, 0, 0].map(Value::from).each_ref());
    let frame = broadcast["frame"].as_str().unwrap_or_default();
    assert!(frame.contains(&client.id), "the probe posts the event, came {broadcast}");
}

#[tokio::test]
async fn changes_of_a_table_are_a_batch_of_their_mapping() {
    let stack = Stack::with().probe().parameter("Lanes", 1).start().await;
    let (witness, letters) = (Client::witness(&stack).await, Letters::of(&stack));
    letters.put_together(["1", "2"].map(|id| letter("at-once", id, &witness))).await;
    letters.put(letter("collected", "3", &witness)).await;

    let of = |mapping: &'static str| move |batch: &Value| batch["eventSourceMapping"] == mapping;
    let deliver = record(&stack, "batch", of("Deliver")).await;
    assert_eq!(
        (&deliver["function"], &deliver["status"]),
        (&json!("OnRecords"), &json!("success"))
    );
    assert_eq!(deliver["batchSize"], 2);
    let first = json!({
        "eventName": "INSERT",
        "Keys": { "box": { "S": "at-once" }, "id": { "S": "1" } },
    });
    assert_eq!(deliver["records"][0], first);
    assert_eq!(record(&stack, "batch", of("Collect")).await["batchSize"], 1);
}

#[tokio::test]
async fn a_failure_says_why_there_is_no_answer() {
    let stack = Stack::with().probe().start().await;
    stack.post("/things/1", &json!({ "act": "fail" })).await.expect(500);
    stack.post("/things/1", &json!({ "act": "hang" })).await.expect(503);
    let all = records(&stack, "invocation").await;
    let failures: Vec<_> = all.iter().map(|one| (&one["status"], &one["error"])).collect();
    assert!(failures[0].1.as_str().is_some_and(|why| why.contains("the probe fails as asked")));
    assert_eq!((failures[0].0, failures[1].0), (&json!("error"), &json!("timeout")));
    assert_eq!(all[1]["response"], Value::Null);
}

#[tokio::test]
async fn a_pause_leaves_out_what_happens_and_a_clear_what_has_happened() {
    let stack = Stack::with().probe().start().await;
    stack.get("/things/before").await.expect(200);
    assert_eq!(change(&stack, "records/pause").await.status, 204);
    assert_eq!(stack.get("/_edge/records").await.json()["isPaused"], true);
    stack.get("/things/paused").await.expect(200);
    assert_eq!(change(&stack, "records/resume").await.status, 204);
    stack.get("/things/after").await.expect(200);
    let paths = |shown: Vec<Value>| -> Vec<Value> {
        shown.into_iter().map(|mut event| event["event"]["rawPath"].take()).collect()
    };
    assert_eq!(paths(records(&stack, "event").await), ["/things/before", "/things/after"]);

    let last = stack.get("/_edge/records").await.json()["last"].clone();
    assert_eq!(change(&stack, "records/clear").await.status, 204);
    let read = stack.get("/_edge/records").await.json();
    assert_eq!(read, json!({ "isPaused": false, "last": last, "records": [] }));
    stack.get("/things/next").await.expect(200);
    let next = stack.get(&format!("/_edge/records?after={last}")).await.json();
    assert_eq!(next["records"][0]["record"]["event"]["rawPath"], "/things/next");
    assert_eq!(stack.get("/_edge/records?after=x").await.status, 400);
}

#[tokio::test]
async fn no_record_shows_a_credential() {
    let stack = Stack::with().probe().start().await;
    let secret = |number: u32| format!("never-shown-{number}");
    let body = json!({ "act": "event", "ticket": secret(1) }).to_string();
    for content_type in ["application/json", "application/x-www-form-urlencoded"] {
        let request = stack
            .request(Method::POST, &format!("/things/1?ticket={}", secret(2)))
            .header("accessToken", secret(3))
            .header("Authorization", format!("Bearer {}", secret(4)))
            .header("Content-Type", content_type)
            .body(body.clone());
        // The probe answers with the event, so they come in the answer too.
        assert!(stack.ask(request).await.text.contains(&secret(2)));
    }
    let path = format!("/socket?access_token={}", secret(5));
    let mut socket = stack.socket(&path).await.expect("the probe admits everybody");
    socket.send(Message::text(body)).await;
    socket.next().await;

    eventually("the broadcast", async || records(&stack, "broadcast").await.pop()).await;
    let shown = stack.get("/_edge/records").await.text;
    assert!(shown.contains("/things/1") && shown.contains("$connect"), "{shown}");
    assert!(!shown.contains("never-shown"), "{shown}");
}
