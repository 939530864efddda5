//! What stands before the database's own server: whoever calls must have signed, and may do only
//! what IAM allows. Requests and answers pass it unchanged.

mod access;
mod connection;
mod key_condition;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE, request::Parts},
    response::Response,
};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Database, error::DatabaseError, listen, unusable};
use crate::{
    iam::{Iam, Refusal, SignedRequest, now},
    template::Table,
};
use access::TableKeys;

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
    database: SocketAddr,
}

impl Gate {
    pub async fn serve(
        database: &Database,
        tables: &[Table],
        iam: Arc<Iam>,
    ) -> Result<Self, DatabaseError> {
        let tables = tables.iter().map(TableKeys::of).collect();
        let guard = Arc::new(Guard { iam, tables, database: database.address });
        let (listener, address) = listen().await.map_err(unusable("127.0.0.1"))?;
        let stop = CancellationToken::new();
        tokio::spawn(stop.clone().run_until_cancelled_owned(accept(listener, guard, stop.clone())));
        Ok(Self { url: format!("http://{address}"), _stop: stop.drop_guard() })
    }
}

async fn accept(listener: TcpListener, guard: Arc<Guard>, stop: CancellationToken) {
    loop {
        match listener.accept().await {
            Ok((socket, _)) => {
                let serving = connection::serve(socket, Arc::clone(&guard));
                tokio::spawn(stop.clone().run_until_cancelled_owned(serving));
            }
            Err(error) => tracing::debug!(%error, "a connection to the database was not accepted"),
        }
    }
}

impl Guard {
    /// Whether the caller may do all that the request does.
    fn check(&self, request: &Parts, body: &Bytes) -> Result<(), Refusal> {
        let signed = SignedRequest {
            method: &request.method,
            path: request.uri.path(),
            query: request.uri.query().unwrap_or_default(),
            headers: &request.headers,
            body,
        };
        let caller = self.iam.authenticate("dynamodb", signed, now())?;
        if caller.name().is_none() {
            return Ok(());
        }
        let target = target(&request.headers);
        match target.strip_prefix(TARGET_PREFIX).and_then(|op| access::of(&self.tables, op, body)) {
            Some(accesses) => accesses.iter().try_for_each(|access| caller.authorize(access)),
            None => caller.authorize_unread(target),
        }
    }
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
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let json = HeaderValue::from_static("application/x-amz-json-1.0");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
