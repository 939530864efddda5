//! What goes wrong for one connection or one function, because somebody asked for it.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Stack, deadline::eventually};

use super::{change, record};
use crate::edge::connections::{Client, call, post};

/// What is aimed at the connection or function now, after one more.
async fn aim(stack: &Stack, path: &str) -> Value {
    change(stack, path).await.expect(200)
}

#[tokio::test]
async fn a_dropped_connection_ends_without_a_close_frame_and_its_disconnect_runs() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    let mut client = Client::connect(&stack).await;
    witness.hears("CONNECT").await;

    assert_eq!(change(&stack, &format!("connections/{}/drop", client.id)).await.status, 204);

    assert_eq!(client.socket.next_text_or_end().await, None);
    assert_eq!(witness.hears_of_the_end().await.0, 1006);
    assert_eq!(post(&stack, &client.id, "late").await.status, 410);
    assert_eq!(change(&stack, &format!("connections/{}/drop", client.id)).await.status, 404);
}

#[tokio::test]
async fn a_swallowed_disconnect_reaches_no_function() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    let client = Client::connect(&stack).await;
    witness.hears("CONNECT").await;
    let aimed = aim(&stack, &format!("connections/{}/lose_disconnect", client.id)).await;
    assert_eq!(aimed, json!({ "lose_disconnect": 1 }));

    client.socket.close(1000, "").await;

    let swallowed =
        record(&stack, "event", |event| event["swallowedBy"] == "lose_disconnect").await;
    let context = &swallowed["event"]["requestContext"];
    assert_eq!(
        (&context["eventType"], &context["connectionId"]),
        (&json!("DISCONNECT"), &json!(client.id))
    );
    let _next = Client::connect(&stack).await;
    witness.hears("CONNECT").await;
}

#[tokio::test]
async fn posts_to_one_connection_are_refused_as_often_as_asked_for() {
    let stack = Stack::with().probe().start().await;
    let (mut refused, mut other) = (Client::connect(&stack).await, Client::connect(&stack).await);
    aim(&stack, &format!("connections/{}/post_429?times=2", refused.id)).await;
    let aimed = aim(&stack, &format!("connections/{}/post_410", refused.id)).await;
    assert_eq!(aimed, json!({ "post_429": 2, "post_410": 1 }));

    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(post(&stack, &refused.id, r#""x""#).await.status);
        post(&stack, &other.id, r#""x""#).await;
    }

    assert_eq!(statuses, [410, 429, 429, 200]);
    assert_eq!(refused.socket.next().await, "x");
    for _ in 0..4 {
        assert_eq!(other.socket.next().await, "x");
    }
    let faults = stack.get("/_edge/faults").await.expect(200);
    assert_eq!((&faults["post_429"], &faults["post_410"]), (&json!(2), &json!(1)));
}

#[tokio::test]
async fn a_broadcast_sees_who_is_gone_and_who_is_throttled() {
    let stack = Stack::with().probe().start().await;
    let witness = Client::witness(&stack).await;
    record(&stack, "broadcast", |greeting| greeting["delivered"] == 1).await;
    let path = |fault, times| format!("connections/{}/{fault}?times={times}", witness.id);
    let mut others = Vec::new();
    for (fault, count, status) in [("post_410", "gone", 410), ("post_429", "throttled", 429)] {
        aim(&stack, &path(fault, "always")).await;
        // The probe tells its witness, in vain.
        others.push(stack.socket("/socket").await.expect("the probe admits everybody"));

        let broadcast = record(&stack, "broadcast", |broadcast| broadcast[count] == 1).await;

        assert_eq!(
            (&broadcast["function"], &broadcast["delivered"]),
            (&json!("OnSocket"), &json!(0))
        );
        let not_delivered = json!([{ "connectionId": witness.id, "status": status }]);
        assert_eq!(broadcast["notDelivered"], not_delivered);
        assert_eq!(aim(&stack, &path(fault, "0")).await, json!({}));
        assert_eq!(post(&stack, &witness.id, "again").await.status, 200);
    }
}

#[tokio::test]
async fn a_function_crashes_on_its_next_call_and_works_on_the_one_after() {
    let stack = Stack::with().probe().start().await;
    let process = async || stack.post("/things/1", &json!({ "act": "process" })).await;
    let before = process().await.expect(200)["id"].clone();
    let aimed = aim(&stack, "functions/OnRequest/crash_function").await;
    assert_eq!(aimed, json!({ "crash_function": 1 }));
    let listed = stack.get("/_edge/functions").await.expect(200);
    let expected = json!({ "function": "OnRequest", "faults": aimed });
    assert!(listed.as_array().is_some_and(|all| all.contains(&expected)), "{listed}");

    assert_eq!(process().await.expect(500), json!({ "message": "Internal Server Error" }));

    let after = process().await.expect(200);
    assert_ne!(after["id"], before);
    assert_eq!(after["invocations"], 1);
    let crashed = record(&stack, "invocation", |one| one["status"] == "failure").await;
    assert_eq!(crashed["error"], "the function's process ended before it answered");
}

#[tokio::test]
async fn the_faults_of_a_connection_are_listed_with_it_and_end_with_it() {
    let stack = Stack::with().probe().start().await;
    let client = Client::connect(&stack).await;
    aim(&stack, &format!("connections/{}/post_500?times=3", client.id)).await;
    let listed = stack.get("/_edge/connections").await.expect(200);
    assert_eq!(listed[0]["faults"], json!({ "post_500": 3 }));
    stack.ask_signed(call(&stack, Method::DELETE, &client.id)).await;
    eventually("the end of the connection", async || {
        stack.connections().await.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_done_says_what_can() {
    let stack = Stack::with().probe().start().await;
    let Client { socket: _socket, id } = Client::connect(&stack).await;
    for (path, status, says) in [
        ("connections/abc=/drop", 404, "GET /_edge/connections lists them"),
        ("connections/abc=/post_410", 404, "GET /_edge/connections lists them"),
        (&format!("connections/{id}/crash_function"), 404, "only kill_socket, post_410, post_429"),
        (&format!("connections/{id}/post_410?times=x"), 400, "must be a number, not `x`"),
        ("functions/Nobody/crash_function", 404, "GET /_edge/functions lists them"),
        ("functions/OnRequest/post_410", 404, "only crash_function"),
        ("nothing", 404, "no such path below /_edge"),
    ] {
        let answer = change(&stack, path).await;
        assert!(answer.text.contains(says), "{path}: {}", answer.text);
        assert_eq!(answer.status, status, "{path}");
    }
    let path = format!("/_edge/connections/{id}/drop");
    assert_eq!(stack.get(&path).await.status, 405, "a GET changes nothing");
    assert_eq!(stack.connections().await, [id]);
}
