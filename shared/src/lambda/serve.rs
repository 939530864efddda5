//! What every function does besides its work: logging, configuration, clients, one runtime.

use std::{convert::Infallible, fmt, pin::Pin, sync::Arc, time::Instant};

use jiff::Timestamp;
use lambda_http::{
    Body, Request, Response,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    service_fn,
};
use serde::Serialize;

use super::log;
use crate::{
    app::App,
    auth::AuthMode,
    calls,
    causes::with_causes,
    config::Config,
    domain::{Bypassed, FrontDoor},
    moment::Moment,
    wire::json::encode,
};

/// What turns every request into a response.
///
/// Boxed, so that the runtime below is compiled once and not again for each function's handler.
pub(super) type Responder = Arc<dyn Fn(Arc<App>, Request) -> Answering + Send + Sync>;

/// A response under way.
pub(super) type Answering = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// Whether a function looks at access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Every call needs one.
    Token,
    /// Every call needs one, unless callers are trusted.
    TokenUnlessTrusted,
    /// Sockets come with tickets, and the table's stream with nothing.
    NoToken,
}

impl Access {
    /// Whether calls need a token in this mode.
    pub fn needs_token(self, mode: AuthMode) -> bool {
        match self {
            Self::Token => true,
            Self::TokenUnlessTrusted => mode == AuthMode::Required,
            Self::NoToken => false,
        }
    }
}

/// Runs the function of a route until Lambda stops it.
pub(super) fn serve(access: Access, respond: Responder) -> Result<(), lambda_http::Error> {
    run(access, |app| {
        lambda_http::run_concurrent(service_fn(move |request| {
            answer(Arc::clone(&respond), Arc::clone(&app), request)
        }))
    })
}

/// Starts a function process, and serves with what it has built.
pub(super) fn run<F, S>(access: Access, serve: F) -> Result<(), lambda_http::Error>
where
    F: FnOnce(Arc<App>) -> S,
    S: Future<Output = Result<(), lambda_http::Error>>,
{
    start(access, serve).map_err(|error| Refusal(with_causes(&*error)).into())
}

/// Why a process ends, in the words of its errors: `main` prints what it returns as its `Debug`, which
/// would be the names of Rust's types.
#[derive(thiserror::Error)]
#[error("{0}")]
struct Refusal(String);

impl fmt::Debug for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn start<F, S>(access: Access, serve: F) -> Result<(), lambda_http::Error>
where
    F: FnOnce(Arc<App>) -> S,
    S: Future<Output = Result<(), lambda_http::Error>>,
{
    log::start();
    // One thread: a function has less than one processor below 1,769 MB, and handlers wait for others.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let config = Config::from_env()?;
        let checks_tokens = access.needs_token(config.auth_mode);
        serve(Arc::new(App::start(config, checks_tokens).await?)).await
    })
}

async fn answer(
    respond: Responder,
    app: Arc<App>,
    request: Request,
) -> Result<Response<Body>, Infallible> {
    let started = Instant::now();
    let forwarded_for = forwarded_for(&request);
    let (response, costs) = calls::counted(respond(app, request)).await;
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    tracing::info!(
        http.status = status,
        duration_ms,
        dynamodb.calls = costs.calls,
        dynamodb.write_units = costs.write_units,
        client.forwarded_for = forwarded_for,
        "the request was answered"
    );
    Ok(response)
}

/// Who called, which API Gateway's access log cannot say: the last two addresses of `X-Forwarded-For`.
/// API Gateway writes the last one, its caller, and CloudFront the one before, the viewer. Further
/// ones are what a client claims. Frames have no headers.
pub(super) fn forwarded_for(request: &Request) -> Option<String> {
    let header = request.headers().get("x-forwarded-for")?.to_str().ok()?;
    let mut last = header.rsplitn(3, ',').take(2).map(str::trim).collect::<Vec<_>>();
    last.reverse();
    Some(last.join(", "))
}

/// Refuses a request that reached an API at its own address, around the distribution.
///
/// CloudFront adds the header, and replaces what a viewer sends under its name.
pub(super) fn check(door: &FrontDoor, request: &Request) -> Result<(), Bypassed> {
    let shown = request.headers().get("x-origin-secret");
    door.admit(shown.map(HeaderValue::as_bytes))
}

/// The moment of a request: the clocks are read once.
#[expect(
    clippy::disallowed_methods,
    reason = "the boundary of a request is where the clock is read"
)]
pub(super) fn now() -> Moment {
    Moment::now(Timestamp::now())
}

/// A JSON response with this body.
pub(super) fn json(status: u16, body: &impl Serialize) -> Response<Body> {
    match encode(body) {
        Ok(body) => json_bytes(status, body),
        Err(error) => {
            tracing::error!(error = with_causes(&error), "the answer could not be written");
            json_bytes(500, Vec::new())
        }
    }
}

/// The same with a body that is JSON already.
pub(super) fn json_bytes(status: u16, body: Vec<u8>) -> Response<Body> {
    // JSON is text: as bytes it would travel in base64.
    let body =
        String::from_utf8(body).map_or_else(|error| Body::Binary(error.into_bytes()), Body::Text);
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    // An answer is its caller's alone, and a ticket is good once.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
