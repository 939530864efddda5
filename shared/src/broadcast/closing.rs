//! Closing sockets from the server's side.

use std::time::Duration;

use aws_sdk_apigatewaymanagement::{config::http::HttpResponse, error::SdkError};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use super::{Broadcaster, IN_FLIGHT};
use crate::{
    dispatch::Dispatch,
    domain::{Connection, ConnectionId},
};

/// The WebSocket API did not close a socket.
#[derive(Debug, thiserror::Error)]
#[error("a socket could not be closed")]
pub struct CloseError(#[source] Box<dyn std::error::Error + Send + Sync>);

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
        while !self.delete(&connection.id).await?
            && connection.is_settling(now)
            && Instant::now() < deadline
        {
            sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Whether there was such a socket.
    async fn delete(&self, connection: &ConnectionId) -> Result<bool, CloseError> {
        match self
            .management
            .delete_connection()
            .connection_id(connection.as_str())
            .dispatch()
            .await
        {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error)) if error.err().is_gone_exception() => Ok(false),
            Err(error) if status(&error) == Some(410) => Ok(false),
            Err(error) => Err(CloseError(error.into())),
        }
    }

    /// Whether API Gateway has this socket; `None` if it did not say.
    pub async fn is_open(&self, connection: &ConnectionId) -> Option<bool> {
        match self.management.get_connection().connection_id(connection.as_str()).dispatch().await {
            Ok(_) => Some(true),
            Err(error) if status(&error) == Some(410) => Some(false),
            Err(error) => {
                let error = crate::causes::with_causes(&error);
                tracing::warn!(connection.id = %connection, error, "a socket could not be looked at");
                None
            }
        }
    }
}

/// The status of the answer, if there was one.
fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}
