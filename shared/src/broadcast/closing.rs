//! Closing sockets from the server's side.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use super::{Broadcaster, IN_FLIGHT};
use crate::{
    aws::RequestError,
    domain::{Connection, ConnectionId},
};

/// The WebSocket API did not close a socket.
#[derive(Debug, thiserror::Error)]
#[error("a socket could not be closed")]
pub struct CloseError(#[from] RequestError);

/// How long a socket whose `$connect` is still running is waited for: it cannot be closed before.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(20);

impl Broadcaster {
    /// Closes these sockets side by side. One that cannot be closed is reported after all the
    /// others have been.
    pub async fn close(
        &self,
        connections: Vec<Connection>,
        now: Timestamp,
    ) -> Result<(), CloseError> {
        stream::iter(connections)
            .map(|connection| self.close_one(connection, now))
            .buffer_unordered(IN_FLIGHT)
            .fold(Ok(()), async |all: Result<(), CloseError>, one| all.and(one))
            .await
    }

    async fn close_one(&self, connection: Connection, now: Timestamp) -> Result<(), CloseError> {
        let deadline = Instant::now() + PATIENCE;
        while !self.management.close(&connection.id).await?
            && connection.is_settling(now)
            && Instant::now() < deadline
        {
            sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Whether API Gateway has this socket; `None` if it did not say.
    pub async fn is_open(&self, connection: &ConnectionId) -> Option<bool> {
        let looked = self.management.is_open(connection).await;
        looked
            .inspect_err(|error| {
                let error = error.to_string();
                tracing::warn!(connection.id = %connection, error, "a socket could not be looked at");
            })
            .ok()
    }
}
