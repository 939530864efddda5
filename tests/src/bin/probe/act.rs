//! What an event asks for: in its body, or in the query parameter `act` of a connect.

use std::{collections::BTreeMap, env, process};

use lambda_http::Error;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// How many invocations are inside [`Act::Meet`], counted in permits.
static PRESENT: Semaphore = Semaphore::const_new(0);

/// What to do.
pub enum Act {
    /// Answer with the event itself.
    Event,
    /// Answer with exactly this.
    Reply(Value),
    /// Answer with an error.
    Fail,
    /// Panic in the handler.
    Panic,
    /// End the process.
    Crash,
    /// Never answer.
    Hang,
    /// Answer once this many invocations are in this process at the same time.
    Meet(u32),
    /// Answer with the process id and the environment.
    Process,
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
            Some("process") => Self::Process,
            _ => Self::Event,
        }
    }

    /// Does it.
    pub async fn perform(self, event: &Value) -> Result<Value, Error> {
        match self {
            Self::Event => Ok(answer(event)),
            Self::Reply(reply) => Ok(reply),
            Self::Fail => Err("the probe fails as asked".into()),
            Self::Panic => panic!("the probe panics as asked"),
            Self::Crash => process::exit(3),
            Self::Hang => std::future::pending().await,
            Self::Meet(people) => meet(people).await,
            Self::Process => Ok(answer(&own_process())),
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

fn own_process() -> Value {
    #[expect(clippy::disallowed_methods, reason = "the environment is what is asked for")]
    let environment: BTreeMap<String, String> = env::vars().collect();
    json!({ "id": process::id(), "environment": environment })
}
