//! The edge on its listening sockets.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    body::Body,
    serve::{Listener, ListenerExt},
};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::{Edge, Services, router};

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
            let (services, stop) = (Arc::clone(&edge.services), cancellation.clone());
            tasks.spawn(serve(services, listener, stop, tasks.clone()));
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

async fn serve(
    services: Arc<Services>,
    listener: TcpListener,
    stop: CancellationToken,
    connections: TaskTracker,
) {
    let mut listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps Nagle's delay");
        }
    });
    while let Some((stream, viewer)) = stop.run_until_cancelled(listener.accept()).await {
        connections.spawn(converse(Arc::clone(&services), stream, viewer, stop.clone()));
    }
}

/// Answers the requests that come over one connection.
///
/// `axum::serve` would wait for ever for the rest of a request's head, and keep a connection open that
/// nobody uses.
async fn converse(
    services: Arc<Services>,
    stream: TcpStream,
    viewer: SocketAddr,
    stop: CancellationToken,
) {
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(services.slow_client);
    let service = service_fn(move |request: hyper::Request<_>| {
        let services = Arc::clone(&services);
        async move {
            Ok::<_, Infallible>(router::handle(&services, viewer, request.map(Body::new)).await)
        }
    });
    let connection = server.serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut connection = pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%viewer, %error, "a connection ended");
    }
}
