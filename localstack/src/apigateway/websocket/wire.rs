//! The WebSocket protocol on a raw connection.

use std::time::Duration;

use futures_util::StreamExt;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::protocol::{Role, WebSocketConfig},
};

use super::{close_status::CloseStatus, limits::Limits};

/// Read buffer of a socket, small because thousands of sockets idle; a larger frame gets a larger
/// buffer while it is read.
const READ_BUFFER: usize = 1024;
/// Frames are collected up to this size before they are written.
const WRITE_BUFFER: usize = 16 * 1024;

pub type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Speaks WebSocket on a connection that has switched to it.
pub async fn open(upgraded: Upgraded, limits: &Limits) -> Socket {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(Some(limits.message_bytes))
        .max_frame_size(Some(limits.frame_bytes));
    WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await
}

/// Sends the close frame, or, without a status, the answer to the client's own.
pub async fn finish_closing(socket: &mut Socket, status: Option<&CloseStatus>, limit: Duration) {
    // A client that does not read misses its close frame; the connection ends all the same.
    let _ = timeout(limit, async {
        match status {
            Some(status) => socket.close(Some(status.frame())).await.is_ok(),
            // The library has queued the answer; reading on until the end sends it.
            None => socket.next().await.is_none(),
        }
    })
    .await;
}

/// Lets the client disconnect first. Closing with input unread would reset the connection, and a
/// reset can overtake the close frame.
pub async fn disconnect(mut socket: Socket, limit: Duration) {
    // Past the limit the reset is the client's own doing.
    let _ = timeout(limit, async {
        while let Some(Ok(_)) = socket.next().await {}
        let raw = socket.get_mut();
        let mut unread = [0; 1024];
        if raw.shutdown().await.is_ok() {
            while matches!(raw.read(&mut unread).await, Ok(length) if length > 0) {}
        }
    })
    .await;
}
