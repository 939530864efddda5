//! One connection of a caller, with a connection to the database of its own: a pool would put a
//! lock and another task on the way of every call.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::StatusCode,
    response::Response,
};
use hyper::{
    body::Incoming,
    client::conn::http1::{self as client, SendRequest},
    server::conn::http1 as server,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpStream, sync::Mutex};

use super::{Guard, refused};

/// Larger than any request that DynamoDB takes.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// Answers the requests of a connection until it ends. Errors are those of lost connections, which
/// the caller sees itself.
pub async fn serve(caller: TcpStream, guard: Arc<Guard>) {
    if let Err(error) = try_serve(caller, guard).await {
        tracing::debug!(%error, "a connection to the database ended");
    }
}

async fn try_serve(
    caller: TcpStream,
    guard: Arc<Guard>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let database = TcpStream::connect(guard.database).await?;
    for socket in [&caller, &database] {
        socket.set_nodelay(true)?;
    }
    let (sender, database) = client::handshake(TokioIo::new(database)).await?;
    // Requests of one connection come one after the other: nobody ever waits for this.
    let sender = Mutex::new(sender);
    let service = service_fn(|request| answer(&guard, &sender, request));
    let caller = server::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(caller), service);
    tokio::select! {
        ended = caller => ended?,
        ended = database => ended?,
    }
    Ok(())
}

async fn answer(
    guard: &Guard,
    database: &Mutex<SendRequest<Body>>,
    request: hyper::Request<Incoming>,
) -> hyper::Result<Response> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(Body::new(body), LARGEST_BODY).await else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return Ok(response);
    };
    if let Err(refusal) = guard.check(&parts, &body) {
        return Ok(refused(&refusal));
    }
    let mut database = database.lock().await;
    database.ready().await?;
    let request = Request::from_parts(parts, Body::from(body));
    database.send_request(request).await.map(|answer| answer.map(Body::new))
}
