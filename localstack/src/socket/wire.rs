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

use super::{closure::Closure, limits::Limits};

/// Read buffer of a socket. Thousands of sockets idle, and a frame larger than this gets the room
/// it needs.
const READ_BUFFER: usize = 1024;
/// Frames are collected up to this size before they are written.
const WRITE_BUFFER: usize = 16 * 1024;

/// An open socket.
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

/// Sends the close frame, or, without a closure, the answer to the client's own.
pub async fn say_goodbye(socket: &mut Socket, closure: Option<&Closure>, patience: Duration) {
    // A client that does not take it loses it: there is nobody to tell.
    let _ = timeout(patience, async {
        match closure {
            Some(closure) => socket.close(Some(closure.frame())).await.is_ok(),
            None => socket.next().await.is_none(),
        }
    })
    .await;
}

/// Lets the client hang up first. Closing with input unread would reset the connection, and a reset
/// can overtake the close frame.
pub async fn hang_up(mut socket: Socket, patience: Duration) {
    let _ = timeout(patience, async {
        while let Some(Ok(_)) = socket.next().await {}
        let raw = socket.get_mut();
        let mut unread = [0; 1024];
        if raw.shutdown().await.is_ok() {
            while matches!(raw.read(&mut unread).await, Ok(length) if length > 0) {}
        }
    })
    .await;
}
