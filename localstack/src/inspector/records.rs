//! What the journal has.

use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::Response,
};

use super::{Inspected, query};
use crate::exchange::response::{empty, json};

/// `GET /_edge/records?after=NUMBER`
pub async fn after(State(inspector): Inspected, uri: Uri) -> Response {
    match query::number(&uri, "after", 0) {
        Ok(number) => json(StatusCode::OK, &inspector.functions.journal.after(number)),
        Err(refusal) => *refusal,
    }
}

pub async fn clear(State(inspector): Inspected) -> Response {
    inspector.functions.journal.clear();
    empty(StatusCode::NO_CONTENT)
}

pub async fn pause(State(inspector): Inspected) -> Response {
    inspector.functions.journal.pause(true);
    empty(StatusCode::NO_CONTENT)
}

pub async fn resume(State(inspector): Inspected) -> Response {
    inspector.functions.journal.pause(false);
    empty(StatusCode::NO_CONTENT)
}
