//! What an event asks for: in its body, or in the query parameter `act` of a connect.

use std::{
    collections::BTreeMap,
    env,
    future::pending,
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use lambda_http::{Context, Error};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// How many invocations are inside [`Act::Meet`], counted in permits.
static PRESENT: Semaphore = Semaphore::const_new(0);
/// How many of the invocations inside [`Act::Wait`] may go on.
static RELEASED: Semaphore = Semaphore::const_new(0);
/// How many invocations this process has had.
static INVOCATIONS: AtomicU64 = AtomicU64::new(0);

/// What an event can ask of the probe.
pub enum Act {
    /// Answer with the event itself.
    Event,
    /// Answer with exactly this.
    Reply(Value),
    /// Answer with an error.
    Fail,
    /// Panic in the handler.
    Panic,
    /// End the process with status 3, in the middle of all that it works on.
    Crash,
    /// Never answer: the edge gives up at the timeout of the template.
    Hang,
    /// Answer once this many invocations are in this process at the same time.
    Meet(u32),
    /// Answer once another invocation in this process releases this one.
    Wait,
    /// Release one invocation that waits, or the next that will.
    Release,
    /// Answer with what belongs to the process: its id, its environment, how often it was invoked.
    Process,
    /// Answer with what the Lambda runtime says of this invocation.
    Context,
}

impl Act {
    /// Reads the act. An event that asks for nothing gets [`Act::Event`].
    pub fn asked_by(event: &Value) -> Self {
        let text = event["body"].as_str().or(event["queryStringParameters"]["act"].as_str());
        let mut asked: Value = serde_json::from_str(text.unwrap_or_default()).unwrap_or_default();
        match asked["act"].as_str() {
            Some("reply") => Self::Reply(asked["reply"].clone()),
            Some("fail") => Self::Fail,
            Some("panic") => Self::Panic,
            Some("crash") => Self::Crash,
            Some("hang") => Self::Hang,
            Some("meet") => Self::Meet(serde_json::from_value(asked["people"].take()).unwrap_or(1)),
            Some("wait") => Self::Wait,
            Some("release") => Self::Release,
            Some("process") => Self::Process,
            Some("context") => Self::Context,
            _ => Self::Event,
        }
    }

    /// Does it, and gives the answer to the invocation.
    pub async fn perform(self, event: &Value, context: &Context) -> Result<Value, Error> {
        let invocations = INVOCATIONS.fetch_add(1, Ordering::Relaxed) + 1;
        match self {
            Self::Event => Ok(answer(event)),
            Self::Reply(reply) => Ok(reply),
            Self::Fail => Err("the probe fails as asked".into()),
            Self::Panic => panic!("the probe panics as asked"),
            Self::Crash => process::exit(3),
            Self::Hang => pending().await,
            Self::Meet(people) => meet(people).await,
            Self::Wait => {
                RELEASED.acquire().await?.forget();
                Ok(answer(event))
            }
            Self::Release => {
                RELEASED.add_permits(1);
                Ok(answer(event))
            }
            Self::Process => Ok(answer(&own_process(invocations))),
            Self::Context => Ok(answer(&json!({
                "requestId": context.request_id,
                "deadline": context.deadline,
                "arn": context.invoked_function_arn,
            }))),
        }
    }
}

fn answer(body: &Value) -> Value {
    json!({ "statusCode": 200, "headers": { "content-type": "application/json" }, "body": body.to_string() })
}

async fn meet(people: u32) -> Result<Value, Error> {
    PRESENT.add_permits(1);
    // Who has waited for all the permits gives them back, so all leave once all are there.
    drop(PRESENT.acquire_many(people).await?);
    Ok(answer(&json!({ "met": people })))
}

fn own_process(invocations: u64) -> Value {
    #[expect(clippy::disallowed_methods, reason = "the environment is what is asked for")]
    let environment: BTreeMap<String, String> = env::vars().collect();
    json!({ "id": process::id(), "environment": environment, "invocations": invocations })
}
