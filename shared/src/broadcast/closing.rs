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

const PAUSE: Duration = Duration::from_millis(20);

impl Broadcaster {
    /// Closes these sockets side by side. Returns those that are gone already. One that cannot be
    /// closed is reported after all the others have been.
    ///
    /// A socket whose `$connect` is still running cannot be closed. It is waited for so long.
    pub async fn close(
        &self,
        connections: Vec<Connection>,
        patience: Duration,
        now: Timestamp,
    ) -> Result<Vec<Connection>, CloseError> {
        let outcomes: Vec<Result<Option<Connection>, CloseError>> = stream::iter(connections)
            .map(|connection| self.close_one(connection, patience, now))
            .buffer_unordered(IN_FLIGHT)
            .collect()
            .await;
        let gone: Vec<Option<Connection>> = outcomes.into_iter().collect::<Result<_, _>>()?;
        Ok(gone.into_iter().flatten().collect())
    }

    /// Closes one socket, or returns it if it is gone.
    async fn close_one(
        &self,
        connection: Connection,
        patience: Duration,
        now: Timestamp,
    ) -> Result<Option<Connection>, CloseError> {
        let deadline = Instant::now() + patience;
        while !self.management.close(&connection.id).await? {
            if !connection.is_settling(now) {
                return Ok(Some(connection));
            }
            if Instant::now() >= deadline {
                break;
            }
            sleep(PAUSE).await;
        }
        Ok(None)
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
