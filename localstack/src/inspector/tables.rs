//! Items of the tables.

use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::Response,
};

use super::{Inspected, query};
use crate::{
    dynamodb::Search,
    exchange::response::{json, message},
    journal::masked,
};

const USUAL_LIMIT: usize = 50;
const LARGEST_LIMIT: usize = 500;

/// `GET /_edge/items?prefix=&sort=&table=&limit=`: items by how their keys begin.
pub async fn items(State(inspector): Inspected, uri: Uri) -> Response {
    let limit = match query::number(&uri, "limit", USUAL_LIMIT) {
        Ok(limit) => limit.clamp(1, LARGEST_LIMIT),
        Err(refusal) => return *refusal,
    };
    let text = |name| query::text(&uri, name);
    let search = Search {
        table: text("table"),
        prefix: text("prefix").unwrap_or_default(),
        sort_prefix: text("sort").unwrap_or_default(),
        limit,
    };
    match inspector.items.find(search).await {
        Ok(found) => json(StatusCode::OK, &masked(&found)),
        Err(error) => message(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}
