//! The WebSocket API: handshakes and open sockets.

mod admission;
pub(super) mod close_status;
pub(super) mod connection;
mod event;
mod handshake;
mod limits;
pub(super) mod outbox;
mod overview;
mod registry;
mod selection;
mod session;
mod wire;

use std::{sync::Arc, time::Duration};

use axum::response::Response;
use tokio_util::task::TaskTracker;

use self::{close_status::CloseStatus, registry::Registry, selection::MessageRoutes};
pub use self::{handshake::names_stage, limits::Limits};
use super::{error::ApiError, names::ApiNames};
use crate::{
    exchange::request::ApiRequest, lambda::Functions, sabotage::Faults, template::WebSocketApi,
};

/// The WebSocket API of the template, with its connections.
#[derive(Debug)]
pub struct WebSocketGateway {
    names: ApiNames,
    routes: MessageRoutes,
    pub(super) functions: Functions,
    strict: bool,
    pub(super) limits: Limits,
    pub(super) faults: Faults,
    pub(super) registry: Registry,
    /// One task for each connection, from its handshake to the end of `$disconnect`.
    tasks: TaskTracker,
}

impl WebSocketGateway {
    /// Fails on a route selection expression that is not supported.
    pub fn new(
        api: &WebSocketApi,
        functions: Functions,
        strict: bool,
        limits: Limits,
        faults: Faults,
    ) -> Result<Arc<Self>, ApiError> {
        Ok(Arc::new(Self {
            names: ApiNames::new(&api.id, &api.stage),
            routes: MessageRoutes::new(&api.routes, &api.route_selection_expression)?,
            functions,
            strict,
            limits,
            faults,
            registry: Registry::default(),
            tasks: TaskTracker::new(),
        }))
    }

    /// Answers a request on the API's host name. Only a WebSocket handshake gets more than a
    /// refusal.
    pub async fn answer(self: &Arc<Self>, request: ApiRequest) -> Response {
        handshake::answer(self, request).await
    }

    /// Closes every socket with 1001 and waits for their `$disconnect` functions, up to the limit.
    pub async fn shutdown(&self, limit: Duration) {
        // Closed first and listed second, as a handshake is listed first and looks second: whichever
        // of both is later sees the other.
        self.tasks.close();
        for connection in self.registry.all() {
            connection.close(CloseStatus::GOING_AWAY);
        }
        if tokio::time::timeout(limit, self.tasks.wait()).await.is_err() {
            let left = self.tasks.len();
            tracing::warn!(connections = left, "some $disconnect functions did not finish in time");
        }
    }
}
