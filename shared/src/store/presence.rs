//! `ROOM#r / ONLINE#u`: the set of a user's live sockets in a room.
//!
//! Adding to and deleting from the set are atomic and tell what was there, so that of two sockets
//! that come or go at once exactly one is the first or the last. A socket whose `$disconnect` was
//! lost may linger in the set: what counts is whether its subscription still stands.

use std::collections::HashSet;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::Timestamp;

use super::{
    Store, StoreError,
    condition::if_held,
    keys::Key,
    record::{self, Item, number},
};
use crate::domain::{Connection, ConnectionId, RoomId, UserId};

/// What a connect came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The user had no other live socket in the room.
    First,
    /// The user was online already.
    Another,
    /// The user is not a member of the room (any more): nothing was written.
    NotAMember,
}

impl Store {
    /// The users with a live socket in the room, by its subscriptions: the sets may hold lost ones.
    pub async fn online_users(
        &self,
        room: RoomId,
        now: Timestamp,
    ) -> Result<HashSet<UserId>, StoreError> {
        let subscribers = self.subscribers(room, now).all().await?;
        Ok(subscribers.into_iter().map(|subscriber| subscriber.user_id).collect())
    }

    /// Counts a subscribed socket in: whether it is the user's first in the room.
    pub(super) async fn arrive(
        &self,
        room: RoomId,
        connection: &Connection,
    ) -> Result<bool, StoreError> {
        let before = self
            .update_item(&Key::presence(room, connection.user_id))
            .update_expression("ADD connections :connection SET expires_at = :expires_at")
            .expression_attribute_values(":connection", set_of(&connection.id))
            .expression_attribute_values(":expires_at", number(connection.expires_at().as_second()))
            .return_values(ReturnValue::UpdatedOld)
            .send()
            .await?;
        // It is there itself when the SDK has sent this request twice.
        let others = others_than(&connection.id, before.attributes.as_ref());
        if self.any_is_live(room, connection.user_id, &others, connection.connected_at).await? {
            return Ok(false);
        }
        Ok(others.is_empty() || self.clear(room, connection.user_id, &others).await?)
    }

    /// Takes stale sockets out of the set: whether all of them were still in it.
    ///
    /// One that has left meanwhile saw the new socket there and announced nothing.
    async fn clear(
        &self,
        room: RoomId,
        user: UserId,
        stale: &[String],
    ) -> Result<bool, StoreError> {
        let before = self
            .update_item(&Key::presence(room, user))
            .update_expression("DELETE connections :stale")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":stale", AttributeValue::Ss(stale.to_vec()))
            .return_values(ReturnValue::AllOld)
            .send()
            .await;
        let Some(before) = if_held(before)? else { return Ok(false) };
        let present = connections(before.attributes.as_ref());
        Ok(stale.iter().all(|id| present.contains(id)))
    }

    /// Counts a socket out: whether it was the user's last in the room.
    pub(super) async fn leave(
        &self,
        room: RoomId,
        user: UserId,
        connection: &ConnectionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let before = self
            .update_item(&Key::presence(room, user))
            .update_expression("DELETE connections :connection")
            .condition_expression("contains(connections, :id)")
            .expression_attribute_values(":connection", set_of(connection))
            .expression_attribute_values(":id", record::text(connection.as_str()))
            .return_values(ReturnValue::AllOld)
            .send()
            .await;
        let Some(before) = if_held(before)? else { return Ok(false) };
        let others = others_than(connection, before.attributes.as_ref());
        if self.any_is_live(room, user, &others, now).await? {
            return Ok(false);
        }
        let forgotten = self.forget_presence(room, user, &others).await?;
        // Emptying the set has decided it already; stale sockets are cleared by one of those who leave.
        Ok(others.is_empty() || forgotten)
    }

    async fn any_is_live(
        &self,
        room: RoomId,
        user: UserId,
        connections: &[String],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if connections.is_empty() {
            return Ok(false);
        }
        let live = self.subscriptions_of(room, user, now).await?;
        Ok(live
            .iter()
            .any(|subscriber| connections.iter().any(|id| id == subscriber.connection_id.as_str())))
    }

    /// Deletes a presence with none but stale sockets in it, unless a new one has arrived meanwhile.
    async fn forget_presence(
        &self,
        room: RoomId,
        user: UserId,
        stale: &[String],
    ) -> Result<bool, StoreError> {
        let key = Key::presence(room, user);
        let mut request = self.delete_item(&key);
        request = if stale.is_empty() {
            request.condition_expression("attribute_not_exists(connections)")
        } else {
            let stale = AttributeValue::Ss(stale.to_vec());
            request
                .condition_expression("connections = :stale")
                .expression_attribute_values(":stale", stale)
        };
        Ok(if_held(request.send().await)?.is_some())
    }
}

fn set_of(connection: &ConnectionId) -> AttributeValue {
    AttributeValue::Ss(vec![connection.as_str().to_owned()])
}

fn connections(item: Option<&Item>) -> Vec<String> {
    let set = item.and_then(|item| item.get("connections")).and_then(|value| value.as_ss().ok());
    set.cloned().unwrap_or_default()
}

fn others_than(connection: &ConnectionId, item: Option<&Item>) -> Vec<String> {
    let mut others = connections(item);
    others.retain(|other| other != connection.as_str());
    others
}
