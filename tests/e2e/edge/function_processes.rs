//! Function processes: warm, concurrent, with Lambda's environment and the template's.

use futures_util::future::join_all;
use serde_json::json;
use tests::Stack;
use uuid::Uuid;

use super::changed_template::changed_template;

#[tokio::test]
async fn a_process_stays_warm() {
    let stack = Stack::with().probe().start().await;
    let process = async || stack.post("/things/1", &json!({ "act": "process" })).await.expect(200);
    let first = process().await["id"].clone();
    for _ in 0..5 {
        assert_eq!(process().await["id"], first);
    }
}

#[tokio::test]
async fn several_invocations_run_in_one_process_at_once() {
    let stack = Stack::with().probe().start().await;
    let people = 8;
    let body = json!({ "act": "meet", "people": people });
    let answers = join_all((0..people).map(|_| stack.post("/things/1", &body))).await;
    for answer in answers {
        assert_eq!(answer.expect(200), json!({ "met": people }));
    }
}

#[tokio::test]
async fn more_invocations_than_one_process_takes_are_all_answered() {
    let stack = Stack::with().probe().start().await;
    let answers = join_all((0..300).map(|_| stack.get("/things/1"))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
}

#[tokio::test]
async fn the_environment_is_lambdas_and_the_templates() {
    let stack = Stack::with().probe().start().await;
    let process = stack.post("/things/1", &json!({ "act": "process" })).await.expect(200);
    let variable =
        |name: &str| process["environment"][name].as_str().unwrap_or_default().to_owned();

    let region = variable("AWS_REGION");
    assert!(!region.is_empty());
    assert_eq!(variable("GREETING"), format!("hello from {region}"));
    assert!(!variable("TABLE").is_empty());
    assert_eq!(variable("AWS_LAMBDA_FUNCTION_NAME"), "OnRequest");
    assert_eq!(variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), "128");
    assert_eq!(variable("AWS_LAMBDA_MAX_CONCURRENCY"), "32");
    assert!(variable("AWS_ENDPOINT_URL_DYNAMODB").starts_with("http://127.0.0.1:"));
    assert_eq!(variable("CARGO_MANIFEST_DIR"), "", "the edge's own environment is not passed on");
}

#[tokio::test]
async fn what_the_template_sets_beats_what_lambda_would() {
    let stack = changed_template("region.yaml", "GREETING", "AWS_REGION: eu-central-1, GREETING");
    let stack = stack.start().await;
    let process = stack.post("/things/1", &json!({ "act": "process" })).await.expect(200);
    assert_eq!(process["environment"]["AWS_REGION"], "eu-central-1");
}

#[tokio::test]
async fn an_invocation_has_an_id_a_deadline_and_the_functions_arn() {
    let stack = Stack::with().probe().start().await;
    let context = stack.post("/things/1", &json!({ "act": "context" })).await.expect(200);
    assert_eq!(context["arn"], "arn:aws:lambda:us-east-1:000000000000:function:OnRequest");
    let id = context["requestId"].as_str().expect("an id");
    assert!(Uuid::try_parse(id).is_ok_and(|_| id.len() == 36), "{id}");
    assert!(context["deadline"].as_u64() > Some(1_700_000_000_000), "{context}");
}
