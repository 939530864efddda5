//! What callers reach of the database: they must have signed, and may do only what IAM allows.
//!
//! A function's calls about items are answered here, for a proxy in front of the database's own
//! server would cost each of them a hop. All other calls are passed on to that server, unchanged.

mod access;
mod direct;
mod key_condition;
#[cfg(test)]
mod tests;

use std::{io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header::CONTENT_TYPE, request::Parts,
    },
    response::Response,
    serve::ListenerExt,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use super::{Database, Writes, engine::Engine, error::DatabaseError, listen, unusable};
use crate::{
    iam::{Caller, Iam, Refusal, SignedRequest, now},
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
    server: SocketAddr,
    client: Client<HttpConnector, Body>,
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
            server: database.address,
            client: Client::builder(TokioExecutor::new()).build_http(),
        };
        let (listener, address) = listen().await.map_err(unusable("127.0.0.1"))?;
        let stop = CancellationToken::new();
        tokio::spawn(serve(listener, guard, stop.clone()));
        Ok(Self { url: format!("http://{address}"), _stop: stop.drop_guard() })
    }
}

async fn serve(listener: TcpListener, guard: Guard, stop: CancellationToken) -> io::Result<()> {
    let router = Router::new().fallback(answer).with_state(Arc::new(guard));
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
    let caller = match guard.admit(&parts, &body) {
        Ok(caller) => caller,
        Err(refusal) => return refused(&refusal),
    };
    let operation = operation(&parts.headers).filter(|_| caller.name().is_some());
    match operation.and_then(|operation| direct::answer(&guard.engine, operation, &body)) {
        Some(answer) => {
            if answer.has_written {
                guard.writes.signal();
            }
            json_answer(answer.status, answer.body)
        }
        None => guard.pass_on(parts, body).await,
    }
}

impl Guard {
    /// Who calls, if that one may do all that the request does.
    fn admit(&self, request: &Parts, body: &Bytes) -> Result<&Caller, Refusal> {
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
        Ok(caller)
    }

    /// The answer of the database's own server.
    async fn pass_on(&self, mut parts: Parts, body: Bytes) -> Response {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let Ok(uri) = Uri::try_from(format!("http://{}{path}", self.server)) else {
            return empty(StatusCode::BAD_REQUEST);
        };
        parts.uri = uri;
        match self.client.request(Request::from_parts(parts, Body::from(body))).await {
            Ok(answer) => answer.map(Body::new),
            Err(error) => {
                tracing::warn!(%error, "The database does not answer");
                empty(StatusCode::BAD_GATEWAY)
            }
        }
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
    let name = format!("com.amazon.coral.service#{}", refusal.error_type());
    let body = json!({ "__type": name, refusal.text_field(): text });
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
