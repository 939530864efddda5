//! One request, its answer, and whether another try is worth it.

use std::error::Error;

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::{
    connection::CaptureSmithyConnection,
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::byte_stream::ByteStream;
use tokio::time::{Instant, timeout_at};

use super::{Question, RequestError, Requests};
use crate::causes::with_causes;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    Never,
    /// A connection that broke was most likely closed while the process was frozen, and the next
    /// one is new: no reason to wait.
    AtOnce,
    Later,
}

/// What went wrong, and whether it may pass.
pub(super) type Failure = (RequestError, Retry);

impl Requests {
    /// Sends it once: the body of the answer. Nothing of it lasts longer than `ends_at`.
    pub(super) async fn attempt(
        &self,
        question: &Question<'_>,
        ends_at: Instant,
    ) -> Result<Vec<u8>, Failure> {
        let request = self.signer.request(question, ends_at).await;
        let request = request.map_err(|error| failure(&error, Retry::Never))?;
        let ends_at = ends_at.min(Instant::now() + self.limits.attempt);
        self.exchange(request, ends_at).await
    }

    /// Opens a connection by a request that nobody signed. It is refused, whatever the caller may do.
    pub async fn open_connection(&self, uri: &str) {
        if let Ok(request) = HttpRequest::get(uri) {
            let _ = self.exchange(request, Instant::now() + self.limits.attempt).await;
        }
    }

    async fn exchange(
        &self,
        mut request: HttpRequest,
        ends_at: Instant,
    ) -> Result<Vec<u8>, Failure> {
        let connection = CaptureSmithyConnection::new();
        request.add_extension(connection.clone());
        let failure = match timeout_at(ends_at, self.http.call(request)).await {
            Ok(Ok(response)) => return answered(response, ends_at).await,
            Ok(Err(error)) => failure(&error, retry_after(&error)),
            Err(error) => failure(&error, Retry::Later),
        };
        // All requests may share it, where it is HTTP/2's: it must not swallow the next attempt too.
        if let Some(connection) = connection.get() {
            connection.poison();
        }
        Err(failure)
    }
}

fn failure(error: &(impl Error + 'static), retry: Retry) -> Failure {
    (RequestError { status: None, text: with_causes(error) }, retry)
}

fn retry_after(error: &ConnectorError) -> Retry {
    match error {
        error if error.is_user() => Retry::Never,
        error if error.is_timeout() => Retry::Later,
        _ => Retry::AtOnce,
    }
}

/// The status decides alone: the body of a 410 need not be JSON, nor be whole.
async fn answered(response: HttpResponse, ends_at: Instant) -> Result<Vec<u8>, Failure> {
    let status = response.status().as_u16();
    let retry = match status {
        200..300 => None,
        429 | 500.. => Some(Retry::Later),
        _ => Some(Retry::Never),
    };
    let refusal =
        retry.map(|retry| (RequestError { status: Some(status), text: refusal(&response) }, retry));
    let body = response.into_body();
    let mut bytes = Vec::new();
    if body.content_length() != Some(0) {
        // The connection can be used again once all of the answer is read.
        let mut body = ByteStream::new(body);
        let reading = async {
            while let Some(Ok(part)) = body.next().await {
                bytes.extend_from_slice(&part);
            }
        };
        let _ = timeout_at(ends_at, reading).await;
    }
    refusal.map_or(Ok(bytes), Err)
}

/// The error's name, and what AWS finds the request by. Not the body: where a signature does not
/// match, it repeats the request with the session token.
fn refusal(response: &HttpResponse) -> String {
    let header = |name| response.headers().get(name).unwrap_or("none");
    let (status, kind) = (response.status().as_u16(), header("x-amzn-errortype"));
    format!("HTTP {status}, error type {kind}, request {}", header("x-amzn-requestid"))
}
