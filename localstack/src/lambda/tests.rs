//! Real processes: the stand-in of `examples/` behind the real Lambda runtime client.

use std::{env, fs, path::Path, process::Command, sync::OnceLock, time::Duration};

use serde_json::json;
use tokio::time::{sleep, timeout};

use super::*;
use crate::template::{Function, HttpApi, WebSocketApi};

const DEADLINE: Duration = Duration::from_secs(10);

/// A template with one function `F` that has this timeout and environment.
fn template(limit: Duration, environment: &[(&str, &str)]) -> Template {
    let text = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Template {
        functions: vec![Function {
            name: "F".into(),
            binary: "stand_in".into(),
            timeout: limit,
            memory_mb: 256,
            environment: environment.iter().map(text).collect(),
        }],
        tables: Vec::new(),
        http_api: HttpApi {
            id: "h".into(),
            stage: "$default".into(),
            routes: Vec::new(),
            cors: None,
        },
        websocket_api: WebSocketApi {
            id: "w".into(),
            stage: "prod".into(),
            routes: BTreeMap::new(),
            route_selection_expression: String::new(),
        },
        behaviours: Vec::new(),
    }
}

/// The directory with the stand-in, which is built here because Cargo leaves examples out when
/// a test is run by its name.
fn examples() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let build = || {
        let tests = env::current_exe().unwrap();
        let profile = tests.ancestors().nth(2).unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--package", "localstack", "--example", "stand_in"]);
        cargo.args(["--profile", if cfg!(debug_assertions) { "dev" } else { "release" }]);
        cargo.arg("--target-dir").arg(profile.parent().unwrap());
        assert!(cargo.status().unwrap().success(), "the stand-in builds");
        profile.join("examples")
    };
    BUILT.get_or_init(build).clone()
}

async fn functions(limit: Duration, environment: &[(&str, &str)]) -> Functions {
    let template = template(limit, environment);
    Functions::serve(&template, examples(), "http://127.0.0.1:1", Faults::default()).await.unwrap()
}

async fn invoke(functions: &Functions, what: &str) -> Result<Value, InvokeError> {
    let event = json!({ "do": what });
    timeout(DEADLINE, functions.invoke("F", &event)).await.expect("an answer within the deadline")
}

async fn process(functions: &Functions) -> u64 {
    invoke(functions, "process").await.unwrap().as_u64().unwrap()
}

/// Waits until the process with this id is gone or a zombie.
async fn gone(process: u64) {
    let is_alive = || {
        let status = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat"));
        status.is_ok_and(|status| !status.contains(") Z "))
    };
    let wait = async {
        while is_alive() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(DEADLINE, wait).await.expect("the process ends");
}

#[tokio::test]
async fn an_event_is_answered_by_a_process_that_stays_warm() {
    let functions = functions(DEADLINE, &[]).await;
    assert_eq!(invoke(&functions, "echo").await.unwrap(), json!({ "do": "echo" }));
    assert_eq!(process(&functions).await, process(&functions).await);
}

#[tokio::test]
async fn a_process_sees_lambdas_environment_and_no_other() {
    let functions =
        functions(DEADLINE, &[("TABLE_NAME", "things"), ("AWS_REGION", "eu-central-1")]).await;
    let environment = invoke(&functions, "environment").await.unwrap();
    for (name, value) in [
        ("TABLE_NAME", "things"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_LAMBDA_FUNCTION_NAME", "F"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_MAX_CONCURRENCY", "32"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"),
    ] {
        assert_eq!(environment[name], value, "{name}");
    }
    assert!(environment.get("CARGO_MANIFEST_DIR").is_none());
}

#[tokio::test]
async fn an_invocation_has_an_id_a_deadline_and_the_functions_arn() {
    let functions = functions(DEADLINE, &[]).await;
    let context = invoke(&functions, "context").await.unwrap();
    assert_eq!(context["arn"], "arn:aws:lambda:us-east-1:000000000000:function:F");
    assert_eq!(context["request_id"].as_str().unwrap().len(), 36);
    assert!(context["deadline"].as_u64().unwrap() > 1_700_000_000_000);
}

#[tokio::test]
async fn two_invocations_run_at_once_in_one_process() {
    let functions = functions(DEADLINE, &[]).await;
    let (one, two) = tokio::join!(invoke(&functions, "meet"), invoke(&functions, "meet"));
    assert_eq!((one.unwrap(), two.unwrap()), (json!("met"), json!("met")));
}

#[tokio::test]
async fn an_error_and_a_panic_are_reported_and_cost_no_process() {
    let functions = functions(DEADLINE, &[]).await;
    let before = process(&functions).await;
    for (what, expected) in [("fail", "no luck today"), ("panic", "lost my nerve")] {
        let error = invoke(&functions, what).await.unwrap_err();
        assert!(matches!(&error, InvokeError::Failed(why) if why.contains(expected)), "{error}");
    }
    assert_eq!(process(&functions).await, before);
}

#[tokio::test]
async fn a_crash_fails_what_was_in_flight_and_the_next_invocation_gets_a_new_process() {
    let functions = functions(DEADLINE, &[]).await;
    let before = process(&functions).await;
    let (hanging, crashed) = tokio::join!(invoke(&functions, "hang"), invoke(&functions, "exit"));
    assert!(matches!(hanging, Err(InvokeError::Crashed)));
    assert!(matches!(crashed, Err(InvokeError::Crashed)));
    assert_ne!(process(&functions).await, before);
}

#[tokio::test]
async fn a_timeout_ends_the_process() {
    let functions = functions(Duration::from_millis(500), &[]).await;
    let before = process(&functions).await;
    assert!(matches!(invoke(&functions, "hang").await, Err(InvokeError::TimedOut)));
    assert_ne!(process(&functions).await, before, "the old process gets nothing new");
    gone(before).await;
}

#[tokio::test]
async fn a_process_that_dies_at_start_says_why() {
    let functions = functions(DEADLINE, &[("STAND_IN", "dies")]).await;
    for _ in 0..2 {
        let error = invoke(&functions, "echo").await.unwrap_err();
        let expected = "the function could not be started: exit status: 3: cannot find the answer";
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_process_that_never_asks_for_work_times_out() {
    let functions = functions(Duration::from_millis(300), &[("STAND_IN", "sleeps")]).await;
    assert!(matches!(invoke(&functions, "echo").await, Err(InvokeError::TimedOut)));
}

#[tokio::test]
async fn shutdown_ends_the_processes() {
    let functions = functions(DEADLINE, &[]).await;
    let process = process(&functions).await;
    timeout(DEADLINE, functions.shutdown()).await.unwrap();
    gone(process).await;
    assert!(matches!(invoke(&functions, "echo").await, Err(InvokeError::NotStarted(_))));
}

#[tokio::test]
async fn a_missing_executable_is_named() {
    let template = template(DEADLINE, &[]);
    let error =
        Functions::serve(&template, "no/where".into(), "", Faults::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "the function F has no executable at no/where/stand_in");
}
