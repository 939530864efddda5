//! The WebSocket API: handshakes, open sockets, and the `@connections` API behind them.

mod closure;
mod connection;
mod event;
mod handshake;
mod limits;
pub mod management;
mod outbox;
mod registry;
mod selection;
mod session;
mod verdict;
mod wire;

use std::{sync::Arc, time::Duration};

use axum::response::Response;
use serde_json::Value;
use tokio_util::task::TaskTracker;

use self::{closure::Closure, registry::Registry, selection::Routes};
pub use self::{limits::Limits, selection::SelectionError};
use crate::{
    edge::{names::ApiNames, request::ApiRequest},
    faults::Faults,
    runtime::Functions,
    template::WebSocketApi,
};

/// The WebSocket API of the template, with its connections.
#[derive(Debug)]
pub struct SocketApi {
    names: ApiNames,
    routes: Routes,
    functions: Functions,
    strict: bool,
    limits: Limits,
    faults: Faults,
    registry: Registry,
    /// One task for each connection, from its handshake to the end of `$disconnect`.
    tasks: TaskTracker,
}

impl SocketApi {
    /// Reads the routes.
    pub fn new(
        api: &WebSocketApi,
        functions: Functions,
        strict: bool,
        limits: Limits,
        faults: Faults,
    ) -> Result<Arc<Self>, SelectionError> {
        Ok(Arc::new(Self {
            names: ApiNames::new(&api.id, &api.stage),
            routes: Routes::new(&api.routes, &api.route_selection_expression)?,
            functions,
            strict,
            limits,
            faults,
            registry: Registry::default(),
            tasks: TaskTracker::new(),
        }))
    }

    /// Answers a request on the API's host name: a handshake, or what is none.
    pub async fn accept(self: &Arc<Self>, request: ApiRequest) -> Response {
        handshake::answer(self, request).await
    }

    /// How often something went wrong on purpose.
    pub fn faults(&self) -> Value {
        self.faults.counts()
    }

    /// Closes every socket with 1001 and waits for their `$disconnect` functions, not longer than
    /// this.
    pub async fn shutdown(&self, patience: Duration) {
        // First this, so that a handshake under way either sees it or is in the list.
        self.tasks.close();
        for connection in self.registry.all() {
            connection.close(Closure::GOING_AWAY);
        }
        if tokio::time::timeout(patience, self.tasks.wait()).await.is_err() {
            let left = self.tasks.len();
            tracing::warn!(connections = left, "some $disconnect functions did not finish in time");
        }
    }
}
