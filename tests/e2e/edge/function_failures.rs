//! Functions that fail over HTTP: a clear answer, and the next request works again.

use futures_util::future::join;
use serde_json::json;
use tests::{Reply, Stack, deadline::eventually, process::has_ended};

use super::changed_template::changed_template;

/// The id of the process that answers now.
async fn process(stack: &Stack) -> u32 {
    let answer = asked_to(stack, "process").await.expect(200);
    serde_json::from_value(answer["id"].clone()).expect("a process id")
}

async fn asked_to(stack: &Stack, act: &str) -> Reply {
    stack.post("/things/1", &json!({ "act": act })).await
}

#[tokio::test]
async fn a_failing_function_is_an_internal_error_that_says_nothing_of_the_cause() {
    let stack = Stack::with().probe().start().await;
    let before = process(&stack).await;
    for (act, cause) in
        [("fail", "the probe fails as asked"), ("panic", "the probe panics as asked")]
    {
        let answer = asked_to(&stack, act).await.expect(500);
        assert_eq!(answer, json!({ "message": "Internal Server Error" }), "{act}");
        let reported = |line: &String| line.contains("ERROR") && line.contains(cause);
        eventually("a line of the log that says why", async || {
            stack.edge.log.lines().iter().any(reported).then_some(())
        })
        .await;
    }
    assert_eq!(process(&stack).await, before, "neither costs the process");
}

#[tokio::test]
async fn a_crash_is_an_internal_error_and_the_next_request_gets_a_new_process() {
    let stack = Stack::with().probe().start().await;
    let before = process(&stack).await;

    let (hanging, crashed) = join(asked_to(&stack, "hang"), asked_to(&stack, "crash")).await;

    for answer in [hanging, crashed] {
        let answer = answer.expect(500);
        assert_eq!(answer, json!({ "message": "Internal Server Error" }), "all in flight fail");
    }
    assert_ne!(process(&stack).await, before);
}

#[tokio::test]
async fn a_function_that_does_not_answer_is_given_up_at_its_timeout() {
    let stack = Stack::with().probe().start().await;
    let before = process(&stack).await;
    let answer = asked_to(&stack, "hang").await.expect(503);
    assert_eq!(answer, json!({ "message": "Service Unavailable" }));
    assert_ne!(process(&stack).await, before, "the old process gets nothing new");
    eventually("the end of the old process", async || has_ended(before).then_some(())).await;
}

#[tokio::test]
async fn a_process_that_never_asks_for_an_event_is_given_up_at_the_timeout() {
    let hanging = "HANG_AT_START: yes, TABLE";
    let stack = changed_template("hang.yaml", "TABLE", hanging).start().await;
    stack.get("/things/1").await.expect(503);
}

#[tokio::test]
async fn a_stuck_invocation_does_not_take_others_down() {
    let stack = Stack::with().probe().start().await;
    let others = async {
        for _ in 0..50 {
            stack.get("/things/1").await.expect(200);
        }
    };
    let (unanswered, ()) = join(asked_to(&stack, "hang"), others).await;
    assert_eq!(unanswered.status, 503, "came {unanswered:?}");
}
