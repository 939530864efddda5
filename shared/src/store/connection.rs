//! `CONN#c / META` and `USER#u / CONN#c`: the sockets that are open.

use jiff::Timestamp;

use super::{Arrival, Store, StoreError, keys::Key, record, transaction::Outcome};
use crate::domain::{Connection, ConnectionId, RoomId, Subscriber, UserId};

impl Store {
    /// Registers a room socket and subscribes it, on condition that its user is a member.
    pub async fn connect(
        &self,
        connection: &Connection,
        room: RoomId,
    ) -> Result<Arrival, StoreError> {
        let user = connection.user_id;
        let expires_at = connection.expires_at();
        let subscriber = Subscriber::of(connection);
        let outcome = self
            .commit(vec![
                self.put(record::expiring_item(
                    &Key::connection(&connection.id),
                    connection,
                    expires_at,
                )?)?,
                self.put(record::expiring_item(
                    &Key::user_connection(user, &connection.id),
                    connection,
                    expires_at,
                )?)?,
                self.put(record::expiring_item(
                    &Key::subscriber(room, user, &connection.id),
                    &subscriber,
                    expires_at,
                )?)?,
                self.require(&Key::member(room, user))?,
            ])
            .await?;
        if matches!(outcome, Outcome::Refused(_)) {
            return Ok(Arrival::NotAMember);
        }
        Ok(if self.arrive(room, connection).await? { Arrival::First } else { Arrival::Another })
    }

    /// The open socket with this id.
    pub async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        record::parse_optional(self.get(&Key::connection(id)).await?)
    }

    /// Forgets a socket and its subscriptions: the rooms that its user has no live socket in now.
    ///
    /// Forgetting twice changes nothing and finds no room.
    pub async fn disconnect(
        &self,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<Vec<RoomId>, StoreError> {
        let mut left = Vec::new();
        if let Some(room) = connection.room_id {
            if self.leave(room, connection.user_id, &connection.id, now).await? {
                left.push(room);
            }
            self.unsubscribe(room, connection.user_id, &connection.id).await?;
        }
        self.forget_connection(connection.user_id, &connection.id).await?;
        Ok(left)
    }

    /// Deletes what says that the socket is open.
    pub async fn forget_connection(
        &self,
        user: UserId,
        id: &ConnectionId,
    ) -> Result<(), StoreError> {
        let (open, of_user) = (Key::connection(id), Key::user_connection(user, id));
        tokio::try_join!(self.delete_now(&open), self.delete_now(&of_user))?;
        Ok(())
    }
}
