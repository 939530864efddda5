//! `/_edge/`: a page that shows a developer what the edge does and lets things go wrong, and the JSON behind it.
//!
//! It speaks of connections, events, functions and items, as AWS does. What changes something is a POST.

mod page;
mod query;
mod records;
mod tables;
mod targets;

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};

use crate::{
    apigateway::websocket::WebSocketGateway,
    dynamodb::Items,
    exchange::response::{json, message},
    lambda::{Functions, Reports},
    sabotage::Faults,
};

/// What it shows and what it can touch.
#[derive(Debug)]
pub struct Inspector {
    pub sockets: Arc<WebSocketGateway>,
    pub functions: Functions,
    pub event_sources: Reports,
    pub items: Items,
    pub faults: Faults,
}

type Inspected = State<Arc<Inspector>>;

impl Inspector {
    /// The routes below `/_edge`.
    pub fn router(self) -> Router {
        Router::new()
            .route("/", get(page::index))
            .route("/page/{file}", get(page::file))
            .route("/connections", get(connections))
            .route("/connections/{id}/drop", post(targets::drop_connection))
            .route("/connections/{id}/{fault}", post(targets::aim_at_connection))
            .route("/event-sources", get(event_sources))
            .route("/faults", get(faults))
            .route("/functions", get(targets::functions))
            .route("/functions/{name}/{fault}", post(targets::aim_at_function))
            .route("/items", get(tables::items))
            .route("/records", get(records::after))
            .route("/records/clear", post(records::clear))
            .route("/records/pause", post(records::pause))
            .route("/records/resume", post(records::resume))
            .fallback(async || message(StatusCode::NOT_FOUND, "There is no such path below /_edge"))
            .with_state(Arc::new(self))
    }
}

async fn connections(State(inspector): Inspected) -> Response {
    json(StatusCode::OK, &inspector.sockets.overview())
}

/// What the event source mappings have done.
async fn event_sources(State(inspector): Inspected) -> Response {
    json(StatusCode::OK, &inspector.event_sources.to_json())
}

/// How often each fault has happened.
async fn faults(State(inspector): Inspected) -> Response {
    json(StatusCode::OK, &inspector.faults.counts())
}
