//! `CONN#c / META` and `USER#u / CONN#c`: the sockets that are open.

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;

use super::{
    Arrival, Store, StoreError,
    keys::{Key, Range},
    record,
};
use crate::domain::{Connection, ConnectionId, Member, RoomId, Subscriber, UserId};

impl Store {
    /// Remembers an open ticket socket, before it is subscribed to anything.
    ///
    /// Whoever is added to a room from now on finds it; see [`Store::connections_of`].
    pub async fn register(&self, connection: &Connection) -> Result<(), StoreError> {
        self.commit(self.registration(connection)?).await?;
        Ok(())
    }

    /// Remembers an open room socket and subscribes it, on condition that its user is a member.
    pub async fn connect(
        &self,
        connection: &Connection,
        room: RoomId,
    ) -> Result<Arrival, StoreError> {
        let mut writes = self.registration(connection)?;
        writes.extend(self.subscription(room, connection)?);
        let outcome = self.commit(writes).await?;
        self.arrival(room, connection, &outcome).await
    }

    fn registration(&self, connection: &Connection) -> Result<Vec<TransactWriteItem>, StoreError> {
        let expires_at = connection.expires_at();
        let open = Key::connection(&connection.id);
        let of_user = Key::user_connection(connection.user_id, &connection.id);
        Ok(vec![
            self.put(record::expiring_item(&open, connection, expires_at)?)?,
            self.put(record::expiring_item(&of_user, connection, expires_at)?)?,
        ])
    }

    /// The open socket with this id.
    pub async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        record::parse_optional(self.get(&Key::connection(id)).await?)
    }

    /// The open sockets of a user.
    pub async fn connections_of(
        &self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Connection>, StoreError> {
        self.pages(&Range::connections_of(user), now).all().await
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
        for room in self.rooms_of(connection, now).await? {
            if self.unsubscribe(room, connection, now).await? {
                left.push(room);
            }
        }
        let open = Key::connection(&connection.id);
        let of_user = Key::user_connection(connection.user_id, &connection.id);
        tokio::try_join!(self.delete_item(&open).send(), self.delete_item(&of_user).send())?;
        Ok(left)
    }

    /// Forgets a subscribed socket that turned out to be gone, as [`Store::disconnect`] does, and
    /// the subscription also if its user is no longer a member.
    pub async fn forget(
        &self,
        room: RoomId,
        subscriber: &Subscriber,
        now: Timestamp,
    ) -> Result<Vec<RoomId>, StoreError> {
        let connection = subscriber.connection(room);
        let was_last = self.unsubscribe(room, &connection, now).await?;
        let mut left = self.disconnect(&connection, now).await?;
        left.extend(was_last.then_some(room));
        Ok(left)
    }

    /// The rooms whose events a socket gets.
    async fn rooms_of(
        &self,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<Vec<RoomId>, StoreError> {
        if let Some(room) = connection.room_id {
            return Ok(vec![room]);
        }
        let memberships = self.memberships(connection.user_id, now).all().await?;
        Ok(memberships.iter().map(|member: &Member| member.room_id).collect())
    }
}
