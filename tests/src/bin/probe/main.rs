//! A function without an application: it does what the event asks, so that the edge can be seen
//! dealing with answers, errors, crashes and silence.

mod act;
mod witness;

use std::{env, process, sync::Arc};

use lambda_http::{Error, LambdaEvent, lambda_runtime::run_concurrent, service_fn};
use serde_json::Value;

use crate::{act::Act, witness::Witness};

#[tokio::main]
async fn main() -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "the probe has no configuration of its own")]
    if let Ok(last_words) = env::var("CRASH_AT_START") {
        eprintln!("{last_words}");
        process::exit(1);
    }
    let witness = Arc::new(Witness::default());
    run_concurrent(service_fn(move |event: LambdaEvent<Value>| {
        let witness = Arc::clone(&witness);
        async move {
            let event = event.payload;
            witness.tell(&event).await?;
            Act::asked_by(&event).perform(&event).await
        }
    }))
    .await
}
