//! A function for the edge's tests: it passes each event on to a URL and answers what that says, so
//! that a test is told every event and decides every answer.

use std::{env, process};

use lambda_http::lambda_runtime::{Error, LambdaEvent, run_concurrent, service_fn};
use reqwest::{Client, StatusCode};
use serde_json::Value;

#[expect(clippy::disallowed_methods, reason = "a test passes the URL in the environment")]
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Error> {
    let url = env::var_os("RELAY_URL").and_then(|url| url.into_string().ok()).unwrap_or_default();
    let client = Client::new();
    run_concurrent(service_fn(move |event| relay(client.clone(), url.clone(), event))).await
}

async fn relay(client: Client, url: String, event: LambdaEvent<Value>) -> Result<Value, Error> {
    let answer = client.post(url).json(&event.payload).send().await?;
    match answer.status() {
        StatusCode::OK => Ok(answer.json().await?),
        StatusCode::IM_A_TEAPOT => process::exit(7),
        _ => Err(answer.text().await?.into()),
    }
}
