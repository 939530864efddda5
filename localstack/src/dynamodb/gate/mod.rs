//! What callers reach of the database: they must have signed, and may do only what IAM allows.
//!
//! The engine has a server of its own, which believes everybody: it is not started, so that no other
//! program finds it.

mod access;
mod key_condition;
pub mod operation;
#[cfg(test)]
mod tests;

use std::{io, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE, request::Parts},
    middleware,
    response::Response,
    serve::ListenerExt,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use super::{Database, Writes, engine::Engine, error::DatabaseError, unusable};
use crate::{
    iam::{Iam, Refusal, SignedRequest, now},
    loopback,
    template::Table,
};
use access::TableKeys;

/// Larger than any request that DynamoDB takes.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// The prefix of `X-Amz-Target`, before the name of an operation.
const TARGET_PREFIX: &str = "DynamoDB_20120810.";

/// Serves until it is dropped.
#[derive(Debug)]
pub struct Gate {
    /// `AWS_ENDPOINT_URL_DYNAMODB` of the functions.
    pub url: String,
    _stop: DropGuard,
}

#[derive(Debug)]
struct Guard {
    iam: Arc<Iam>,
    tables: Vec<TableKeys>,
    engine: Engine,
    writes: Writes,
}

impl Gate {
    pub async fn serve(
        database: &Database,
        tables: &[Table],
        iam: Arc<Iam>,
    ) -> Result<Self, DatabaseError> {
        let guard = Guard {
            iam,
            tables: tables.iter().map(TableKeys::of).collect(),
            engine: database.engine.clone(),
            writes: database.writes.clone(),
        };
        let (listener, url) = listen().await.map_err(unusable("127.0.0.1"))?;
        let stop = CancellationToken::new();
        tokio::spawn(serve(listener, guard, stop.clone()));
        Ok(Self { url, _stop: stop.drop_guard() })
    }
}

async fn listen() -> io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}

async fn serve(listener: TcpListener, guard: Guard, stop: CancellationToken) -> io::Result<()> {
    let router = Router::new()
        .fallback(answer)
        .layer(middleware::from_fn(loopback::programs_only))
        .with_state(Arc::new(guard));
    let listener = listener.tap_io(|stream| {
        // Nagle's delay holds back small answers; without the option all is slower, not wrong.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await
}

async fn answer(State(guard): State<Arc<Guard>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return empty(StatusCode::PAYLOAD_TOO_LARGE);
    };
    if let Err(refusal) = guard.admit(&parts, &body) {
        return refused(&refusal);
    }
    let operation = operation(&parts.headers).unwrap_or_default();
    match operation::run(&guard.engine, &guard.writes, operation, &body) {
        Some((status, body)) => json_answer(status, body),
        None => refused_as("UnknownOperationException", &json!({})),
    }
}

impl Guard {
    /// Whether the caller may do all that the request does.
    fn admit(&self, request: &Parts, body: &Bytes) -> Result<(), Refusal> {
        let signed = SignedRequest {
            method: &request.method,
            path: request.uri.path(),
            query: request.uri.query().unwrap_or_default(),
            headers: &request.headers,
            body,
        };
        let caller = self.iam.authenticate("dynamodb", signed, now())?;
        if caller.name().is_some() {
            let operation = operation(&request.headers);
            match operation.and_then(|operation| access::of(&self.tables, operation, body)) {
                Some(accesses) => {
                    accesses.iter().try_for_each(|access| caller.authorize(access))?;
                }
                None => caller.authorize_unread(target(&request.headers))?,
            }
        }
        Ok(())
    }
}

fn operation(headers: &HeaderMap) -> Option<&str> {
    target(headers).strip_prefix(TARGET_PREFIX)
}

fn target(headers: &HeaderMap) -> &str {
    headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default()
}

/// As DynamoDB refuses: always 400, with the exception's name in the body.
fn refused(refusal: &Refusal) -> Response {
    let text = match refusal {
        Refusal::Unsigned => "Request is missing Authentication Token".to_owned(),
        other => other.to_string(),
    };
    refused_as(refusal.error_type(), &json!({ refusal.text_field(): text }))
}

fn refused_as(exception: &str, body: &Value) -> Response {
    let mut body = body.clone();
    body["__type"] = format!("com.amazon.coral.service#{exception}").into();
    json_answer(StatusCode::BAD_REQUEST, body.to_string())
}

fn json_answer(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
    // Errors of an SDK name it.
    if let Ok(id) = HeaderValue::from_str(&Uuid::new_v4().to_string()) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    response
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
