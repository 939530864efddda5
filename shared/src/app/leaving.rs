//! Being a member no longer, for the sockets that are open.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::timeout;

use super::App;
use crate::{
    causes::with_causes,
    domain::{Connection, RoomId, UserId},
    store::StoreError,
};

/// How long an answer waits for sockets to be closed. API Gateway takes its time with a client that
/// does not read, and nothing of the room reaches it any more.
const CLOSED_WITHIN: Duration = Duration::from_millis(1_500);

impl App {
    /// Ends the subscriptions of a user who is no longer a member: the sockets that were opened for
    /// this room and are to be closed. Repeating it changes nothing.
    ///
    /// Whoever was added again meanwhile keeps both.
    pub async fn end_subscriptions(
        &self,
        room: RoomId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Connection>, StoreError> {
        self.store.end_subscriptions(room, user, now).await?;
        if self.store.standing(room, user).await?.member.is_some() {
            self.clear_forgotten(room, user, now).await?;
            return Ok(Vec::new());
        }
        let mut open = self.store.connections_of(user, now).await?;
        open.retain(|connection| connection.room_id == Some(room));
        Ok(open)
    }

    /// Closes sockets whose subscriptions have ended. A former member's that is not closed in time is
    /// left to the stream, which closes all of them once more.
    pub async fn close_promptly(&self, sockets: Vec<Connection>, now: Timestamp) {
        let error = match timeout(CLOSED_WITHIN, self.broadcaster.close(sockets, now)).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => with_causes(&error),
            Err(late) => with_causes(&late),
        };
        tracing::warn!(error, "not all sockets were closed");
    }

    /// Clears sockets of a user who was added again that were forgotten in between: their clearing
    /// passed over this room, because the user was not a member then.
    async fn clear_forgotten(
        &self,
        room: RoomId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let subscribed = self.store.subscriptions_of(room, user, now).await?;
        // Read second: who was subscribed and is not open any more is forgotten.
        let open = self.store.connections_of(user, now).await?;
        for subscriber in subscribed {
            if open.iter().all(|connection| connection.id != subscriber.connection_id) {
                self.store.unsubscribe(room, &subscriber.connection(room)).await?;
            }
        }
        Ok(())
    }
}
