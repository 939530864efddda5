//! The Lambda Runtime API (version 2018-06-01) that function processes poll.

use std::convert::Infallible;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, State},
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
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
};
use crate::template::function_arn;

/// What Lambda accepts as an answer.
const MAX_ANSWER: usize = 6 << 20;

/// The routes below the base path `/{function}/{process}` of each process.
pub fn router(functions: Functions) -> Router {
    let runtime = "/{function}/{process}/2018-06-01/runtime";
    Router::new()
        .route(&format!("{runtime}/invocation/next"), get(next))
        .route(&format!("{runtime}/invocation/{{id}}/response"), post(response))
        .route(&format!("{runtime}/invocation/{{id}}/error"), post(error))
        .route(&format!("{runtime}/init/error"), post(init_error))
        .layer(DefaultBodyLimit::max(MAX_ANSWER))
        .with_state(functions)
}

/// An error as runtimes report it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Report {
    error_type: String,
    error_message: String,
}

async fn next(
    State(functions): State<Functions>,
    Path((function, process)): Path<(String, ProcessNumber)>,
) -> Response {
    let Some(pool) = functions.pool(&function) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let delivery = pool.dispatch.poll(process);
    pool.start_if_wanted();
    match delivery.await {
        Ok(delivery) => delivered(&function, delivery),
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

async fn response(
    State(functions): State<Functions>,
    Path((function, process, id)): Path<(String, ProcessNumber, Uuid)>,
    body: Bytes,
) -> StatusCode {
    answer(&functions, &function, process, id, Ok(body))
}

async fn error(
    State(functions): State<Functions>,
    Path((function, process, id)): Path<(String, ProcessNumber, Uuid)>,
    body: Bytes,
) -> StatusCode {
    let error = InvokeError::Failed(Report::read(&body));
    answer(&functions, &function, process, id, Err(error))
}

fn answer(
    functions: &Functions,
    function: &str,
    process: ProcessNumber,
    id: Uuid,
    answer: Result<Bytes, InvokeError>,
) -> StatusCode {
    if let Some(pool) = functions.pool(function)
        && !pool.dispatch.answer(process, id, answer)
    {
        tracing::debug!("{function} answered {id}, which nobody waits for any more");
    }
    // Runtime clients give up after any other answer.
    StatusCode::ACCEPTED
}

async fn init_error(
    State(functions): State<Functions>,
    Path((function, process)): Path<(String, ProcessNumber)>,
    body: Bytes,
) -> StatusCode {
    if let Some(pool) = functions.pool(&function) {
        pool.dispatch.init_failed(process, Report::read(&body));
    }
    StatusCode::ACCEPTED
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
