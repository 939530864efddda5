//! The edge on its listening sockets.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, serve::ListenerExt};
use tokio::{net::TcpListener, time::timeout};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::{Edge, router};

/// How long requests under way may take once the edge stops.
const LAST_REQUESTS_WITHIN: Duration = Duration::from_secs(2);

/// Serves from its start until it is stopped or dropped.
#[derive(Debug)]
pub struct Serving {
    stop: DropGuard,
    tasks: TaskTracker,
}

impl Serving {
    pub fn start(edge: &Edge, listeners: Vec<TcpListener>) -> Self {
        let (cancellation, tasks) = (CancellationToken::new(), TaskTracker::new());
        for listener in listeners {
            tasks.spawn(serve(edge.clone(), listener, cancellation.clone()));
        }
        tasks.close();
        Self { stop: cancellation.drop_guard(), tasks }
    }

    /// Takes no more requests and waits a while for the answers to those under way. Sockets outlive
    /// it, until [`Edge::shutdown`].
    pub async fn stop(self) {
        drop(self.stop);
        if timeout(LAST_REQUESTS_WITHIN, self.tasks.wait()).await.is_err() {
            tracing::warn!("Some requests were not answered in time");
        }
    }
}

async fn serve(edge: Edge, listener: TcpListener, cancelled: CancellationToken) {
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps Nagle's delay");
        }
    });
    let router = Router::new()
        .nest_service("/_edge", edge.inspector)
        .fallback(router::handle)
        .with_state(edge.services);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served =
        axum::serve(listener, service).with_graceful_shutdown(cancelled.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::error!(%error, "the edge stopped listening");
    }
}
