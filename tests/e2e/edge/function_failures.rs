//! Functions that fail over HTTP: a clear answer, and the next request works again.

use serde_json::json;
use tests::{Reply, Stack};

async fn asked_to(stack: &Stack, act: &str) -> Reply {
    stack.post("/things/1", &json!({ "act": act })).await
}

#[tokio::test]
async fn a_failing_function_is_an_internal_error_that_says_nothing_of_the_cause() {
    let stack = Stack::with().probe().start().await;
    for act in ["fail", "panic"] {
        let answer = asked_to(&stack, act).await.expect(500);
        assert_eq!(answer, json!({ "message": "Internal Server Error" }), "{act}");
        stack.get("/things/1").await.expect(200);
    }
}

#[tokio::test]
async fn a_crash_is_a_bad_gateway_and_the_next_request_gets_a_new_process() {
    let stack = Stack::with().probe().start().await;
    let process = async || asked_to(&stack, "process").await.expect(200)["id"].as_u64();
    let before = process().await;

    assert_eq!(asked_to(&stack, "crash").await.status, 502);

    assert_ne!(process().await, before);
}

#[tokio::test]
async fn a_function_that_does_not_answer_is_given_up_at_its_timeout() {
    let stack = Stack::with().probe().start().await;
    let answer = asked_to(&stack, "hang").await;
    assert!([502, 503, 504].contains(&answer.status), "came {answer:?}");
    stack.get("/things/1").await.expect(200);
}

#[tokio::test]
async fn a_stuck_invocation_does_not_take_others_down() {
    let stack = Stack::with().probe().start().await;
    let others = async {
        for _ in 0..50 {
            stack.get("/things/1").await.expect(200);
        }
    };
    let (unanswered, ()) = futures_util::future::join(asked_to(&stack, "hang"), others).await;
    assert!(unanswered.status >= 500, "came {unanswered:?}");
}
