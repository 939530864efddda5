//! What faces the clients: one host name for CloudFront, the HTTP API and the WebSocket API.

pub mod answer;
pub mod body;
pub mod clock;
mod destination;
mod distribution;
mod http;
pub mod id;
pub mod names;
mod pattern;
pub mod request;
mod router;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, serve::ListenerExt};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::{distribution::Distribution, http::HttpApi};
pub use crate::socket::Limits;
use crate::{
    faults::Faults,
    runtime::Functions,
    socket::{SelectionError, SocketApi},
    template::Template,
    viewer::ViewerError,
};

/// How long a shutdown waits for `$disconnect` functions.
const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(5);

/// What the edge needs to start.
#[derive(Debug)]
pub struct EdgeOptions {
    /// Routes, behaviours and names.
    pub template: Arc<Template>,
    /// Who answers.
    pub functions: Functions,
    /// Refuse what API Gateway refuses, without the kindnesses to a developer.
    pub strict: bool,
    /// Limits of a socket.
    pub limits: Limits,
    /// What goes wrong on purpose.
    pub faults: Faults,
}

/// Why the edge cannot serve a template.
#[derive(Debug, thiserror::Error)]
pub enum EdgeError {
    /// A behaviour's function is not one.
    #[error("the viewer function of the path behaviour {path_pattern}")]
    Viewer {
        /// The behaviour.
        path_pattern: String,
        /// What is wrong with its function.
        source: ViewerError,
    },
    /// A route key that an HTTP API cannot have.
    #[error("`{0}` is no route key of an HTTP API, `POST /rooms/{{roomId}}` is one")]
    RouteKey(String),
    /// A route selection expression that is not supported.
    #[error(transparent)]
    Selection(#[from] SelectionError),
}

/// The edge. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Edge {
    apis: Arc<Apis>,
}

/// Everything a request can reach.
#[derive(Debug)]
struct Apis {
    template: Arc<Template>,
    distribution: Distribution,
    http: HttpApi,
    socket: Arc<SocketApi>,
}

impl Edge {
    /// Compiles the template's routes and viewer functions.
    pub fn new(options: EdgeOptions) -> Result<Self, EdgeError> {
        let EdgeOptions { template, functions, strict, limits, faults } = options;
        Ok(Self {
            apis: Arc::new(Apis {
                distribution: Distribution::new(&template.behaviours)?,
                http: HttpApi::new(&template.http_api, functions.clone(), strict)?,
                socket: SocketApi::new(&template.websocket_api, functions, strict, limits, faults)?,
                template,
            }),
        })
    }

    /// Serves a listener until cancelled and the requests then under way are answered. Sockets
    /// outlive it, until [`Edge::shutdown`].
    pub async fn serve(&self, listener: TcpListener, cancelled: CancellationToken) {
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection keeps Nagle's delay");
            }
        });
        let router = Router::new().fallback(router::handle).with_state(self.apis.clone());
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let served = axum::serve(listener, service)
            .with_graceful_shutdown(cancelled.cancelled_owned())
            .await;
        if let Err(error) = served {
            tracing::error!(%error, "the edge stopped listening");
        }
    }

    /// Closes every socket with 1001 and waits a while for their `$disconnect` functions.
    pub async fn shutdown(&self) {
        self.apis.socket.shutdown(SHUTDOWN_PATIENCE).await;
    }
}
