//! `ROOM#r#SUBS#s / USER#u#CONN#c`: which sockets get a room's events.

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;

use super::{
    Arrival, Pages, Store, StoreError,
    keys::{Key, Range},
    record,
    transaction::Outcome,
};
use crate::domain::{Connection, RoomId, Subscriber, UserId};

impl Store {
    /// The sockets subscribed to a room. Read it after the write that they shall be told of.
    #[must_use]
    pub fn subscribers(&self, room: RoomId, now: Timestamp) -> Pages<Subscriber> {
        self.pages(&Range::subscribers(room), now)
    }

    /// One user's sockets among them.
    pub async fn subscriptions_of(
        &self,
        room: RoomId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Subscriber>, StoreError> {
        self.pages(&Range::subscriptions_of(room, user), now).all().await
    }

    /// Subscribes a registered socket to a room, on condition that its user is a member.
    pub async fn subscribe(
        &self,
        room: RoomId,
        connection: &Connection,
    ) -> Result<Arrival, StoreError> {
        let outcome = self.commit(self.subscription(room, connection)?).await?;
        self.arrival(room, connection, &outcome).await
    }

    pub(super) fn subscription(
        &self,
        room: RoomId,
        connection: &Connection,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let key = Key::subscriber(room, connection.user_id, &connection.id);
        let subscriber = Subscriber::of(connection);
        Ok(vec![
            self.put(record::expiring_item(&key, &subscriber, connection.expires_at())?)?,
            self.require(&Key::member(room, connection.user_id))?,
        ])
    }

    /// What writing a subscription came to.
    pub(super) async fn arrival(
        &self,
        room: RoomId,
        connection: &Connection,
        outcome: &Outcome,
    ) -> Result<Arrival, StoreError> {
        Ok(match outcome {
            Outcome::Refused(_) => Arrival::NotAMember,
            Outcome::Committed if self.arrive(room, connection).await? => Arrival::First,
            Outcome::Committed => Arrival::Another,
        })
    }

    /// Ends a subscription, if there is one: whether it was the user's last in the room.
    pub async fn unsubscribe(
        &self,
        room: RoomId,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let user = connection.user_id;
        let was_last = self.leave(room, user, &connection.id, now).await?;
        self.delete_item(&Key::subscriber(room, user, &connection.id)).send().await?;
        Ok(was_last)
    }
}
