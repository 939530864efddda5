//! A function for the runtime's tests: the real Lambda runtime client with a handler that does as
//! its event says (`{"do": "echo"}`).

use std::{collections::BTreeMap, env, future::pending, process, sync::LazyLock};

use lambda_http::lambda_runtime::{Error, LambdaEvent, run_concurrent, service_fn};
use serde_json::{Value, json};
use tokio::sync::Barrier;

/// Passes two invocations that run at once, holds back one that is alone.
static MEETING: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(2));

#[expect(clippy::disallowed_methods, reason = "a test chooses the ending in the environment")]
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Error> {
    match env::var_os("STAND_IN") {
        Some(how) if how == "dies" => {
            eprintln!("cannot find the answer");
            process::exit(3);
        }
        Some(how) if how == "sleeps" => pending().await,
        _ => run_concurrent(service_fn(handle)).await,
    }
}

#[expect(clippy::panic, reason = "a panic is one of the endings to test")]
async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    match event.payload["do"].as_str() {
        Some("echo") => Ok(event.payload),
        Some("fail") => Err("no luck today".into()),
        Some("panic") => panic!("lost my nerve"),
        Some("exit") => process::exit(7),
        Some("hang") => pending().await,
        Some("meet") => {
            MEETING.wait().await;
            Ok(json!("met"))
        }
        Some("process") => Ok(json!(process::id())),
        Some("environment") => {
            let variables = env::vars_os().filter_map(|(name, value)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            });
            Ok(json!(variables.collect::<BTreeMap<_, _>>()))
        }
        Some("context") => Ok(json!({
            "request_id": event.context.request_id,
            "deadline": event.context.deadline,
            "arn": event.context.invoked_function_arn,
        })),
        _ => Err("an event this stand-in does not know".into()),
    }
}
