//! A function without an application: it does what the event asks, so that the edge can be seen
//! dealing with answers, errors, crashes and silence.

mod act;
mod records;
mod witness;

use std::{env, future::pending, process, sync::Arc};

use lambda_http::{Error, LambdaEvent, lambda_runtime::run_concurrent, service_fn};
use serde_json::Value;

use crate::{act::Act, records::Records, witness::Witness};

#[tokio::main]
async fn main() -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "the probe has no configuration of its own")]
    let variable = |name| env::var(name).ok();
    if let Some(last_words) = variable("CRASH_AT_START") {
        eprintln!("{last_words}");
        process::exit(1);
    }
    if variable("HANG_AT_START").is_some() {
        // It runs, and never asks for an event.
        pending::<()>().await;
    }
    let probe = Arc::new(Probe::default());
    run_concurrent(service_fn(move |event| Arc::clone(&probe).handle(event))).await
}

/// What one process of the probe remembers.
#[derive(Debug, Default)]
struct Probe {
    witness: Witness,
    records: Records,
}

impl Probe {
    async fn handle(self: Arc<Self>, event: LambdaEvent<Value>) -> Result<Value, Error> {
        let LambdaEvent { payload, context } = event;
        if payload["requestContext"]["eventType"] == "DISCONNECT" {
            // For tests that leave no witness: the edge prints what its functions print.
            eprintln!("{payload}");
        }
        self.witness.pass_on(&payload).await?;
        match self.records.answer(&payload) {
            Some(answer) => answer,
            None => Act::asked_by(&payload).perform(&payload, &context).await,
        }
    }
}
