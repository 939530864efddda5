//! One connection, as the rest of the edge sees it.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{close_status::CloseStatus, outbox::Outbox};
use crate::apigateway::id;

/// A client that is connected, or whose `$connect` is still running.
#[derive(Debug)]
pub struct Connection {
    pub id: String,
    pub source_ip: String,
    pub user_agent: Option<String>,
    /// When `$connect` was called.
    pub connected_at: Timestamp,
    pub outbox: Outbox,
    /// Not a clock time: a clock that is set must not close sockets.
    opened: Instant,
    /// Milliseconds from `opened` to the last message in either direction.
    last_active: AtomicU64,
    closing: CancellationToken,
    closed: CancellationToken,
}

impl Connection {
    /// A connection with a new id.
    pub fn new(
        source_ip: String,
        user_agent: Option<String>,
        connected_at: Timestamp,
        outbox: Outbox,
    ) -> Self {
        Self {
            id: id::random(),
            source_ip,
            user_agent,
            connected_at,
            outbox,
            opened: Instant::now(),
            last_active: AtomicU64::new(0),
            closing: CancellationToken::new(),
            closed: CancellationToken::new(),
        }
    }

    /// A message went in or out. Reads and writes come from two sides, so the later time wins.
    pub fn touch(&self) {
        let elapsed = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_active.fetch_max(elapsed, Relaxed);
    }

    /// Time of the last message, or of `$connect`.
    pub fn last_active_at(&self) -> Timestamp {
        self.connected_at.saturating_add(self.active_after()).unwrap_or(self.connected_at)
    }

    /// Waits until the connection is too old, or was idle for too long.
    pub async fn expired(&self, idle: Duration, lifetime: Duration) {
        let end = self.opened + lifetime;
        loop {
            let deadline = end.min(self.opened + self.active_after() + idle);
            if Instant::now() >= deadline {
                return;
            }
            // A message may come meanwhile, and then the deadline has moved.
            tokio::time::sleep_until(deadline).await;
        }
    }

    /// Accepts no more frames and has the socket closed. Returns the status that counts: the first.
    pub fn close(&self, status: CloseStatus) -> CloseStatus {
        let status = self.outbox.close(status);
        self.closing.cancel();
        status
    }

    /// Waits until somebody wants the socket closed.
    pub async fn closing(&self) {
        self.closing.cancelled().await;
    }

    /// The client got its last frame.
    pub fn set_closed(&self) {
        self.closed.cancel();
    }

    /// Waits until the client has got its last frame.
    pub async fn closed(&self) {
        self.closed.cancelled().await;
    }

    fn active_after(&self) -> Duration {
        Duration::from_millis(self.last_active.load(Relaxed))
    }
}
