//! What every function does besides its work: logging, configuration, clients, one runtime.

use std::{future::Future, sync::Arc, time::Instant};

use jiff::Timestamp;
use lambda_http::{Body, Request, Response, service_fn, tracing};

use crate::{app::App, config::Config, error::Error};

/// Runs a function until Lambda stops it. `answer` turns every request into a response.
pub(super) fn serve<F, A>(answer: F) -> Result<(), lambda_http::Error>
where
    F: Fn(Arc<App>, Request) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response<Body>> + Send + 'static,
{
    tracing::init_default_subscriber();
    // One thread: a function has less than one processor below 1,769 MB, and handlers wait for others.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let app = Arc::new(App::start(Config::from_env()?).await);
        lambda_http::run_concurrent(service_fn(move |request: Request| {
            let work = answer(Arc::clone(&app), request);
            async move {
                let started = Instant::now();
                let response = work.await;
                let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
                tracing::info!(
                    http.status = response.status().as_u16(),
                    duration_ms,
                    "the request was answered"
                );
                Ok::<_, std::convert::Infallible>(response)
            }
        }))
        .await
    })
}

/// The time of a request, asked for once.
#[expect(
    clippy::disallowed_methods,
    reason = "the boundary of a request is where the clock is read"
)]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}

/// A JSON response.
pub(super) fn json(status: u16, body: String) -> Response<Body> {
    let mut response = Response::new(Body::Text(body));
    *response.status_mut() = lambda_http::http::StatusCode::from_u16(status).unwrap_or_default();
    let json = lambda_http::http::HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(lambda_http::http::header::CONTENT_TYPE, json);
    response
}

/// Writes our own faults to the log, with their causes.
pub(super) fn log(error: &Error) {
    if error.is_ours() {
        let mut causes = Vec::new();
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            causes.push(error.to_string());
            cause = error.source();
        }
        tracing::error!(error = %error, causes = causes.join(": "), "the request failed");
    }
}
