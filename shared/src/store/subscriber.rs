//! `ROOM#r#SUBS#s / USER#u#CONN#c`: which sockets get a room's events.

use jiff::Timestamp;

use super::{
    Pages, Store, StoreError,
    keys::{Key, Range},
};
use crate::domain::{ConnectionId, RoomId, Subscriber, UserId};

impl Store {
    /// The sockets subscribed to a room. Read it after the write that they shall be told of.
    #[must_use]
    pub fn subscribers(&self, room: RoomId, now: Timestamp) -> Pages<Subscriber> {
        self.pages(Range::subscribers(room), now)
    }

    /// One user's sockets among them.
    pub async fn subscriptions_of(
        &self,
        room: RoomId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Subscriber>, StoreError> {
        self.pages(Range::subscriptions_of(room, user), now).all().await
    }

    /// Ends one subscription, if there is one.
    pub async fn unsubscribe(
        &self,
        room: RoomId,
        user: UserId,
        connection: &ConnectionId,
    ) -> Result<(), StoreError> {
        self.delete_now(&Key::subscriber(room, user, connection)).await
    }

    /// Deletes one item, if it is there.
    pub(super) async fn delete_now(&self, key: &Key) -> Result<(), StoreError> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .send()
            .await?;
        Ok(())
    }
}
