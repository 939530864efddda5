//! The Lambda Runtime API (version 2018-06-01) that function processes poll.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRequestParts, Path},
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
        request::Parts,
    },
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::stream;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Functions,
    dispatch::{Delivery, ProcessNumber},
    error::InvokeError,
    pool::Pool,
};
use crate::{loopback, template::function_arn};

/// What Lambda accepts as an answer.
const MAX_ANSWER: usize = 6 << 20;

/// The routes below the base path of each process, which only that process is told.
pub fn router(functions: Functions) -> Router {
    let runtime = "/{function}/{number}/{key}/2018-06-01/runtime";
    Router::new()
        .route(&format!("{runtime}/invocation/next"), get(next))
        .route(&format!("{runtime}/invocation/{{id}}/response"), post(response))
        .route(&format!("{runtime}/invocation/{{id}}/error"), post(error))
        .route(&format!("{runtime}/init/error"), post(init_error))
        .layer(DefaultBodyLimit::max(MAX_ANSWER))
        .layer(middleware::from_fn(loopback::programs_only))
        .with_state(functions)
}

/// A process, by the address that it was started with. Anybody else is refused: an event may hold
/// somebody's access token, and an answer goes to the caller.
struct Process {
    pool: Arc<Pool>,
    number: ProcessNumber,
}

#[derive(Deserialize)]
struct Address {
    function: String,
    number: ProcessNumber,
    key: Uuid,
}

impl FromRequestParts<Functions> for Process {
    type Rejection = StatusCode;

    async fn from_request_parts(
        parts: &mut Parts,
        functions: &Functions,
    ) -> Result<Self, StatusCode> {
        let address = Path::<Address>::from_request_parts(parts, functions).await;
        let Address { function, number, key } = address.map_err(|_| StatusCode::FORBIDDEN)?.0;
        let pool = functions.pool(&function).filter(|pool| pool.dispatch.knows(number, key));
        let pool = pool.cloned().ok_or(StatusCode::FORBIDDEN)?;
        Ok(Self { pool, number })
    }
}

/// The rest of the address, of calls about one invocation.
#[derive(Deserialize)]
struct Invocation {
    id: Uuid,
}

/// An error as runtimes report it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Report {
    error_type: String,
    error_message: String,
}

async fn next(Process { pool, number }: Process) -> Response {
    let delivery = pool.dispatch.poll(number);
    pool.start_if_wanted();
    match delivery.await {
        Ok(delivery) => delivered(pool.function(), delivery),
        // The process is about to end. Any answer would make its client ask again at once.
        Err(_) => std::future::pending().await,
    }
}

fn delivered(function: &str, delivery: Delivery) -> Response {
    let headers = [
        ("Lambda-Runtime-Aws-Request-Id", delivery.id.to_string()),
        ("Lambda-Runtime-Deadline-Ms", delivery.deadline.to_string()),
        ("Lambda-Runtime-Invoked-Function-Arn", function_arn(function)),
        ("Lambda-Runtime-Trace-Id", trace_id(delivery.id)),
        (CONTENT_TYPE.as_str(), "application/json".to_owned()),
        (CONTENT_LENGTH.as_str(), delivery.size().to_string()),
    ];
    // Until the server asks for the body the delivery can still go back to the line.
    let body = Body::from_stream(stream::once(async { Ok::<_, Infallible>(delivery.take()) }));
    (headers, body).into_response()
}

fn trace_id(id: Uuid) -> String {
    let digits = id.simple().to_string();
    format!("Root=1-{}-{};Sampled=0", &digits[..8], &digits[8..])
}

async fn response(process: Process, Path(about): Path<Invocation>, body: Bytes) -> StatusCode {
    process.answer(about.id, Ok(body))
}

async fn error(process: Process, Path(about): Path<Invocation>, body: Bytes) -> StatusCode {
    process.answer(about.id, Err(InvokeError::Failed(Report::read(&body))))
}

async fn init_error(process: Process, body: Bytes) -> StatusCode {
    process.pool.dispatch.init_failed(process.number, Report::read(&body));
    StatusCode::ACCEPTED
}

impl Process {
    fn answer(&self, id: Uuid, answer: Result<Bytes, InvokeError>) -> StatusCode {
        if !self.pool.dispatch.answer(self.number, id, answer) {
            let function = self.pool.function();
            tracing::debug!("{function} answered {id}, which nobody waits for any more");
        }
        // Runtime clients give up after any other answer.
        StatusCode::ACCEPTED
    }
}

impl Report {
    fn read(body: &[u8]) -> String {
        let report: Self = serde_json::from_slice(body).unwrap_or_default();
        match (report.error_type.as_str(), report.error_message.as_str()) {
            ("", "") => String::from_utf8_lossy(body).into_owned(),
            ("", message) => message.to_owned(),
            (kind, message) => format!("{kind}: {message}"),
        }
    }
}
