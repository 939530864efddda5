//! One request, its answer, and whether another try is worth it.

use std::error::Error;

use aws_smithy_runtime_api::client::{
    connection::CaptureSmithyConnection,
    http::HttpConnector,
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::byte_stream::ByteStream;
use tokio::time::{Instant, timeout_at};

use super::{Delivery, Frame, Stage};
use crate::causes::with_causes;

/// What one request came to.
pub(super) struct Attempt {
    pub delivery: Delivery,
    pub retry: Retry,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    Never,
    /// A connection that broke was most likely closed while the process was frozen, and the next
    /// one is new: no reason to wait.
    AtOnce,
    Later,
}

impl Stage {
    /// Posts once. Nothing of it lasts longer than `ends_at`.
    pub(super) async fn attempt(&self, uri: &str, frame: &Frame, ends_at: Instant) -> Attempt {
        let request = match self.signer.request(uri, frame, ends_at).await {
            Ok(request) => request,
            Err(error) => return Attempt::failed(&error, Retry::Never),
        };
        let ends_at = ends_at.min(Instant::now() + self.limits.attempt);
        self.exchange(request, ends_at).await
    }

    async fn exchange(&self, mut request: HttpRequest, ends_at: Instant) -> Attempt {
        let connection = CaptureSmithyConnection::new();
        request.add_extension(connection.clone());
        let attempt = match timeout_at(ends_at, self.http.call(request)).await {
            Ok(Ok(response)) => return answered(response, ends_at).await,
            Ok(Err(error)) => Attempt::failed(&error, retry_after(&error)),
            Err(error) => Attempt::failed(&error, Retry::Later),
        };
        // All posts may share it, where it is HTTP/2's: it must not swallow the next attempt too.
        if let Some(connection) = connection.get() {
            connection.poison();
        }
        attempt
    }
}

impl Attempt {
    fn failed(error: &(impl Error + 'static), retry: Retry) -> Self {
        Self { delivery: Delivery::Failed(with_causes(error)), retry }
    }
}

fn retry_after(error: &ConnectorError) -> Retry {
    match error {
        error if error.is_user() => Retry::Never,
        error if error.is_timeout() => Retry::Later,
        _ => Retry::AtOnce,
    }
}

/// The status decides alone: the body of a 410 need not be JSON, nor be whole.
async fn answered(response: HttpResponse, ends_at: Instant) -> Attempt {
    let (delivery, retry) = match response.status().as_u16() {
        200..300 => (Delivery::Delivered, Retry::Never),
        410 => (Delivery::Gone, Retry::Never),
        429 => (Delivery::Throttled, Retry::Later),
        500.. => (Delivery::Failed(refusal(&response)), Retry::Later),
        _ => (Delivery::Failed(refusal(&response)), Retry::Never),
    };
    let body = response.into_body();
    if body.content_length() != Some(0) {
        // The connection can be used again once all of the answer is read.
        let mut body = ByteStream::new(body);
        let _ = timeout_at(ends_at, async { while let Some(Ok(_)) = body.next().await {} }).await;
    }
    Attempt { delivery, retry }
}

/// The error's name, and what AWS finds the request by. Not the body: where a signature does not
/// match, it repeats the request with the session token.
fn refusal(response: &HttpResponse) -> String {
    let header = |name| response.headers().get(name).unwrap_or("none");
    let (status, kind) = (response.status().as_u16(), header("x-amzn-errortype"));
    format!("HTTP {status}, error type {kind}, request {}", header("x-amzn-requestid"))
}
