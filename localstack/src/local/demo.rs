//! Demo data and examples: requests that are replayed through the edge's own routes. What they
//! mean is the file's business.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use axum::{
    body::{Body, to_bytes},
    http::{
        self,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
};
use hyper_util::{
    client::legacy::{self, Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{error::Elapsed, timeout};

use super::{
    executables::workspace,
    identity::{Auth, Identity, IdentityError, Profile},
};

const DEMO: &str = include_str!("../../demo.json");
/// Longer than any function may take: API Gateway gives up after 29 seconds.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);
/// What a refusal says is shown up to here, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The contents of `demo.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demo {
    /// What is there afterwards, for people.
    pub contains: String,
    requests: Vec<Request>,
    /// Commands to paste into a shell, with `{http}` and `{ws}` for the edge's URLs.
    examples: Examples,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Examples {
    trusted: Vec<String>,
    required: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    /// The user whose access token goes with it.
    user: u64,
    method: String,
    path: String,
    body: Value,
}

/// Why the demo data is not there.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("demo.json is broken")]
    Broken(#[from] serde_json::Error),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error("{0} cannot be sent")]
    Unsendable(String, #[source] http::Error),
    #[error("{0} was not answered")]
    Unanswered(String, #[source] legacy::Error),
    #[error("{0} was not answered in time")]
    Late(String, #[source] Elapsed),
    #[error("{request} was answered with {status}: {body}")]
    Refused { request: String, status: u16, body: String },
}

impl Demo {
    /// Reads the copy that was compiled in, so that it fits this program.
    pub fn read() -> Result<Self, DemoError> {
        Ok(serde_json::from_str(DEMO)?)
    }

    /// Where it was read from, for whoever wants to show what there is.
    pub fn file() -> PathBuf {
        workspace().join("localstack/demo.json")
    }

    /// Sends the requests in order, each after the answer to the one before. Stops at the first
    /// that is refused.
    pub async fn load(&self, identity: &Identity, address: SocketAddr) -> Result<(), DemoError> {
        let client = Client::builder(TokioExecutor::new()).build_http();
        for request in &self.requests {
            let token = identity.token(request.user, &Profile::default(), REQUEST_TIMEOUT)?;
            request.send(&client, address, &token).await?;
        }
        Ok(())
    }

    /// The examples with the edge's URLs in place. `host` has the port.
    pub fn examples(&self, auth: Auth, host: &str) -> Vec<String> {
        let examples = match auth {
            Auth::Trusted => &self.examples.trusted,
            Auth::Required => &self.examples.required,
        };
        let (http, ws) = (format!("http://{host}"), format!("ws://{host}"));
        let fill = |example: &String| example.replace("{http}", &http).replace("{ws}", &ws);
        examples.iter().map(fill).collect()
    }
}

impl Request {
    async fn send(
        &self,
        client: &Client<HttpConnector, Body>,
        address: SocketAddr,
        token: &str,
    ) -> Result<(), DemoError> {
        let name = || format!("{} {}", self.method, self.path);
        let request = http::Request::builder()
            .method(self.method.as_str())
            .uri(format!("http://{address}{}", self.path))
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(self.body.to_string()))
            .map_err(|error| DemoError::Unsendable(name(), error))?;
        let answer = timeout(REQUEST_TIMEOUT, client.request(request))
            .await
            .map_err(|error| DemoError::Late(name(), error))?
            .map_err(|error| DemoError::Unanswered(name(), error))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let body = to_bytes(Body::new(answer.into_body()), LONGEST_ANSWER).await;
        let body = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
        Err(DemoError::Refused { request: name(), status: status.as_u16(), body })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_demo_is_readable_and_its_examples_name_the_port() {
        let demo = Demo::read().unwrap();
        let examples = |auth| demo.examples(auth, "localhost:4321");
        assert_eq!(examples(Auth::Trusted).len(), 3);
        for example in [examples(Auth::Trusted), examples(Auth::Required)].concat() {
            assert!(
                !example.contains(['{', '}']) || example.contains("://localhost:4321/"),
                "{example}"
            );
        }
    }

    #[tokio::test]
    async fn a_request_that_is_not_answered_is_named() {
        let identity = Identity::new(Some("x".repeat(32)), Path::new("")).unwrap();
        let demo = Demo::read().unwrap();
        let error =
            demo.load(&identity, "127.0.0.1:1".parse().unwrap()).await.unwrap_err().to_string();
        assert!(error.starts_with("PUT /") && error.ends_with("was not answered"), "{error}");
    }
}
