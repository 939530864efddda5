//! Signed requests to AWS, for what the SDK's clients are too slow or too large.
//!
//! What such a client takes care of is here: signatures, credentials that expire, limits, retries.
//! TLS and the connections are the SDK's own.

mod attempt;
mod credentials;
mod limits;
mod payload;
mod signer;

pub use limits::Limits;
pub use payload::Payload;
pub use signer::Service;

use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use aws_types::SdkConfig;
use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep};

use self::{attempt::Retry, signer::Signer};

/// What is asked of a service.
#[derive(Debug)]
pub struct Question<'a> {
    pub method: &'static str,
    /// Encoded already: sent as it is signed.
    pub uri: &'a str,
    pub headers: &'a [(&'static str, &'static str)],
    pub payload: &'a Payload,
}

/// A request came to nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct RequestError {
    /// The answer's status, if there was an answer.
    pub status: Option<u16>,
    /// For the log: neither the payload nor credentials are in it.
    text: String,
}

/// Sends requests to one service, each again if what went wrong may pass.
#[derive(Debug)]
pub struct Requests {
    http: SharedHttpConnector,
    signer: Signer,
    limits: Limits,
}

impl Requests {
    /// With the SDK's region, credentials and clock.
    #[must_use]
    pub fn new(
        sdk: &SdkConfig,
        http: SharedHttpConnector,
        service: Service,
        limits: Limits,
    ) -> Self {
        Self { http, signer: Signer::new(sdk, service), limits }
    }

    /// The body of the answer. A request whose answer was lost is sent twice.
    ///
    /// Boxed, as requests of the SDK are: otherwise every function compiles it anew.
    pub fn send<'a>(
        &'a self,
        question: Question<'a>,
    ) -> BoxFuture<'a, Result<Vec<u8>, RequestError>> {
        Box::pin(self.retried(question))
    }

    async fn retried(&self, question: Question<'_>) -> Result<Vec<u8>, RequestError> {
        let ends_at = Instant::now() + self.limits.request;
        let mut attempts = 1;
        loop {
            let (error, retry) = match self.attempt(&question, ends_at).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let pause = match retry {
                Retry::Never => return Err(error),
                Retry::AtOnce if attempts == 1 => Duration::ZERO,
                Retry::AtOnce | Retry::Later => self.limits.pause(attempts),
            };
            let left = ends_at.saturating_duration_since(Instant::now());
            if attempts >= self.limits.attempts || pause >= left {
                return Err(error);
            }
            if !pause.is_zero() {
                sleep(pause).await;
            }
            attempts += 1;
        }
    }
}
