//! Sockets that came and went: clearing what is left of those that are gone.

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;

use super::App;
use crate::{
    domain::{Connection, RoomId},
    store::{GoneReport, StoreError},
};

/// Rooms, or sockets, that are cleared side by side.
const AT_ONCE: usize = 16;

impl App {
    /// Forgets sockets that a broadcast found gone. That makes a record for each, which clears all of
    /// its rooms. A socket that is forgotten already is cleared from the room of the report only: the
    /// clearing of its other rooms is the work of the record that forgot it.
    pub(super) async fn clear_gone(&self, report: GoneReport) -> Result<(), StoreError> {
        let room = report.room_id;
        let gone = stream::iter(report.subscribers.iter().map(Ok));
        gone.try_for_each_concurrent(AT_ONCE, |subscriber| async move {
            let connection = subscriber.connection(room);
            match self.store.connection(&connection.id).await? {
                Some(connection) => self.store.disconnect(&connection).await,
                None => self.store.unsubscribe(room, &connection).await,
            }
        })
        .await
    }

    /// Checks a socket some seconds after it was opened. API Gateway must have it, and its user must not
    /// have too many: sockets that open at once do not see each other.
    ///
    /// A `$connect` that died after its writes was refused to the client, and nobody disconnects it.
    pub(super) async fn check_socket(
        &self,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match self.broadcaster.is_open(&connection.id).await {
            Some(true) => {
                let gone = self.close_surplus(connection.user_id, now).await?;
                self.store.disconnect_all(&gone).await
            }
            Some(false) if !connection.is_settling(now) => self.store.disconnect(connection).await,
            Some(false) | None => self.store.check_again(connection, now).await,
        }
    }

    /// Takes a socket that was forgotten out of all rooms of its user.
    pub(super) async fn clear(
        &self,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if let Some(room) = connection.room_id {
            return self.store.unsubscribe(room, connection).await;
        }
        let mut memberships = self.store.memberships(connection.user_id, now);
        while let Some(page) = memberships.next().await? {
            let rooms = page.into_iter().map(|member| member.room_id);
            self.clear_in(rooms, connection).await?;
        }
        Ok(())
    }

    async fn clear_in(
        &self,
        rooms: impl Iterator<Item = RoomId>,
        connection: &Connection,
    ) -> Result<(), StoreError> {
        stream::iter(rooms)
            .map(|room| self.store.unsubscribe(room, connection))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }
}
