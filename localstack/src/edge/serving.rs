//! The edge on its listening sockets.

use std::{net::SocketAddr, pin::pin, time::Duration};

use axum::{
    Extension, Router,
    extract::ConnectInfo,
    serve::{Listener, ListenerExt},
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
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
            let served = Served {
                router: router::of(edge),
                slow_client: edge.services.slow_client,
                stop: cancellation.clone(),
            };
            tasks.spawn(serve(served, listener, tasks.clone()));
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

/// What each connection needs.
#[derive(Debug, Clone)]
struct Served {
    router: Router,
    /// How long a request's head may take.
    slow_client: Duration,
    stop: CancellationToken,
}

async fn serve(served: Served, listener: TcpListener, connections: TaskTracker) {
    let mut listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps Nagle's delay");
        }
    });
    while let Some((stream, viewer)) = served.stop.run_until_cancelled(listener.accept()).await {
        connections.spawn(converse(served.clone(), stream, viewer));
    }
}

/// Answers the requests that come over one connection.
///
/// `axum::serve` would wait for ever for the rest of a request's head, and keep a connection open that
/// nobody uses.
async fn converse(served: Served, stream: TcpStream, viewer: SocketAddr) {
    let Served { router, slow_client, stop } = served;
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(slow_client);
    let service = TowerToHyperService::new(router.layer(Extension(ConnectInfo(viewer))));
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
