//! Ending a former member's subscriptions to a room.

use std::time::Duration;

use aws_sdk_apigatewaymanagement::error::SdkError;
use jiff::Timestamp;

use super::{Broadcaster, post};
use crate::{
    domain::{ConnectionId, Dialect, RoomId, Subscriber, UserId},
    store::StoreError,
};

/// Why a former member may still have a socket in the room.
#[derive(Debug, thiserror::Error)]
pub enum ExpelError {
    /// The subscriptions could not be listed or deleted.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The WebSocket API did not close a socket.
    #[error("a socket could not be closed")]
    Close(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// How long a socket whose `$connect` is still running is waited for: it cannot be closed before.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(20);

impl Broadcaster {
    /// Unsubscribes the user's sockets from the room and closes those that were opened for it.
    ///
    /// Afterwards no frame of the room reaches them: a broadcast under way finds them closed. A socket
    /// that cannot be closed is reported after all the others have been.
    pub async fn expel(
        &self,
        room: RoomId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), ExpelError> {
        let mut outcome = Ok(());
        for subscriber in self.store.subscriptions_of(room, user, now).await? {
            let connection = subscriber.connection(room);
            match subscriber.dialect {
                Dialect::Room => {
                    self.store.disconnect(&connection, now).await?;
                    outcome = outcome.and(self.close(&subscriber, now).await);
                }
                Dialect::Ticket => {
                    self.store.unsubscribe(room, &connection, now).await?;
                }
            }
        }
        outcome
    }

    async fn close(&self, subscriber: &Subscriber, now: Timestamp) -> Result<(), ExpelError> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while !self.delete(&subscriber.connection_id).await? {
            if !subscriber.is_settling(now) || tokio::time::Instant::now() >= deadline {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Whether there was such a socket.
    async fn delete(&self, connection: &ConnectionId) -> Result<bool, ExpelError> {
        match self.management.delete_connection().connection_id(connection.as_str()).send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error)) if error.err().is_gone_exception() => Ok(false),
            Err(error) if post::status(&error) == Some(410) => Ok(false),
            Err(error) => Err(ExpelError::Close(error.into())),
        }
    }
}
