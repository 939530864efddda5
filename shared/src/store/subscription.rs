//! `ROOM#r#SUBS#0 / USER#u#CONN#c` and `ROOM#r / ONLINE#u`: which sockets get a room's events, and
//! who is online there.
//!
//! `ONLINE#u` is the set of the user's subscribed sockets. It exists exactly while the user is
//! online, and the stream announces its life. A subscription and its place in the set are written in
//! one transaction. One that finds the set emptied but not deleted yet fills it again: then neither
//! coming nor going is announced.
//!
//! Neither item has a time of expiry. DynamoDB deletes expired items in any order, days apart: a
//! subscription that expired by itself would take away the evidence by which `ONLINE#u` is cleared.

use std::collections::HashSet;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, TransactWriteItem};
use jiff::Timestamp;

use super::{
    Pages, Store, StoreError,
    condition::if_held,
    keys::{Key, Range},
    record::{self, Item},
    transaction::{Conditions, Outcome, WRITES_AT_MOST, incomplete},
};
use crate::{
    dispatch::Dispatch,
    domain::{Connection, ConnectionId, Member, Room, RoomId, Subscriber, UserId},
};

/// A subscription is three writes; the first of a transaction requires that the socket is there.
const ROOMS_AT_ONCE: usize = (WRITES_AT_MOST - 1) / 3;

/// Two writes are the membership's check and the presence.
const SOCKETS_AT_ONCE: usize = WRITES_AT_MOST - 2;

/// All but the key: each message reads every one of these.
const SUBSCRIBER: &str = "connection_id, user_id, dialect, connected_at";

impl Store {
    /// The sockets subscribed to a room. The caller reports those that are too old to be open.
    ///
    /// Read it after the write that they shall hear of.
    #[must_use]
    pub fn subscribers(&self, room: RoomId, now: Timestamp) -> Pages<Subscriber> {
        self.pages(&Range::subscribers(room), now).with_only(SUBSCRIBER)
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

    /// Those of these users who are online in the room.
    pub async fn online_among(
        &self,
        room: RoomId,
        users: &[UserId],
    ) -> Result<HashSet<UserId>, StoreError> {
        let keys: Vec<Key> = users.iter().map(|user| Key::presence(room, *user)).collect();
        let found = self.batch_get(&keys).await?;
        let online = users.iter().filter(|user| {
            found.get(&Key::presence(room, **user)).is_some_and(|item| !is_empty(item))
        });
        Ok(online.copied().collect())
    }

    /// Returns the room of a member and whether the member is online there, read together. `None`
    /// for a user who is not a member.
    pub async fn presence(
        &self,
        room: RoomId,
        user: UserId,
    ) -> Result<Option<(Room, bool)>, StoreError> {
        let keys = [Key::room(room), Key::member(room, user), Key::presence(room, user)];
        let mut found = self.batch_get(&keys).await?;
        let [room, member, presence] = keys.map(|key| found.remove(&key));
        let Some((room, _)) = room.zip(member) else { return Ok(None) };
        let is_online = presence.is_some_and(|item| !is_empty(&item));
        Ok(Some((record::parse(room)?, is_online)))
    }

    /// Subscribes a registered socket to rooms of its user, on condition that it is still open and
    /// the user still a member. Rooms that the user has left meanwhile are passed over.
    ///
    /// After `$disconnect` has deleted the socket nothing can subscribe it any more: whoever clears
    /// its subscriptions then finds all of them.
    pub async fn subscribe(
        &self,
        connection: &Connection,
        memberships: &[Member],
    ) -> Result<(), StoreError> {
        for chunk in memberships.chunks(ROOMS_AT_ONCE) {
            let mut rooms = chunk.to_vec();
            while !rooms.is_empty() {
                match self.commit(self.subscriptions(connection, &rooms)?).await? {
                    Outcome::Committed => break,
                    Outcome::Refused(conditions) if conditions.failed(0) => return Ok(()),
                    Outcome::Refused(conditions) => rooms = still_joined(rooms, &conditions),
                }
            }
        }
        Ok(())
    }

    fn subscriptions(
        &self,
        connection: &Connection,
        memberships: &[Member],
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let open = Key::user_connection(connection.user_id, &connection.id);
        let mut writes = vec![self.require(&open)?];
        for member in memberships {
            writes.extend(self.subscription(connection, member)?);
        }
        Ok(writes)
    }

    /// The writes of one subscription. The last one is the condition.
    pub(super) fn subscription(
        &self,
        connection: &Connection,
        member: &Member,
    ) -> Result<[TransactWriteItem; 3], StoreError> {
        let (room, user) = (member.room_id, connection.user_id);
        let subscriber = Subscriber::of(connection);
        let key = Key::subscriber(room, user, &connection.id);
        let online = self
            .update(&Key::presence(room, user))
            .update_expression("ADD connections :socket")
            .expression_attribute_values(":socket", set_of([&connection.id]))
            .build()
            .map_err(incomplete)?;
        Ok([
            self.put(record::item(&key, &subscriber)?)?,
            TransactWriteItem::builder().update(online).build(),
            self.require(&Key::member(room, user))?,
        ])
    }

    /// Ends the subscriptions and the presence of a user who is no longer a member. Returns the
    /// sockets that had a subscription.
    ///
    /// Conditional on the membership being gone: a user who was added again meanwhile keeps both, and
    /// no socket is returned. The presence is deleted whatever it holds: without a membership no
    /// socket can be subscribed, so what it holds is left over.
    pub async fn end_subscriptions(
        &self,
        room: RoomId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Subscriber>, StoreError> {
        let subscribed = self.subscriptions_of(room, user, now).await?;
        let mut left = subscribed.as_slice();
        loop {
            let (sockets, rest) = left.split_at(left.len().min(SOCKETS_AT_ONCE));
            let mut writes = vec![
                self.require_absent(&Key::member(room, user))?,
                self.delete(&Key::presence(room, user))?,
            ];
            for subscriber in sockets {
                let id = &subscriber.connection_id;
                writes.push(self.delete(&Key::subscriber(room, user, id))?);
            }
            match self.commit(writes).await? {
                Outcome::Refused(_) => return Ok(Vec::new()),
                Outcome::Committed if rest.is_empty() => return Ok(subscribed),
                Outcome::Committed => left = rest,
            }
        }
    }

    /// Takes a socket that is gone out of a room. Repeating it changes nothing.
    pub async fn unsubscribe(
        &self,
        room: RoomId,
        connection: &Connection,
    ) -> Result<(), StoreError> {
        let (user, id) = (connection.user_id, &connection.id);
        let leaving = self
            .update_item(&Key::presence(room, user))
            .update_expression("DELETE connections :socket")
            .condition_expression("contains(connections, :id)")
            .expression_attribute_values(":socket", set_of([id]))
            .expression_attribute_values(":id", record::text(id.as_str()))
            .return_values(ReturnValue::AllNew);
        let left = if_held(leaving.dispatch().await)?.and_then(|answer| answer.attributes);
        // Refused: an earlier attempt took the socket out, and may have died before it came here.
        if left.is_none_or(|item| is_empty(&item)) {
            self.delete_empty_presence(room, user).await?;
        }
        // Last: it is by the subscription that a removal finds what is left to clear.
        self.delete_item(&Key::subscriber(room, user, id)).dispatch().await?;
        Ok(())
    }

    async fn delete_empty_presence(&self, room: RoomId, user: UserId) -> Result<(), StoreError> {
        let delete = self.delete_item(&Key::presence(room, user));
        if_held(delete.condition_expression("attribute_not_exists(connections)").dispatch().await)?;
        Ok(())
    }
}

/// DynamoDB has no empty sets: one that is emptied is gone from its item.
fn is_empty(presence: &Item) -> bool {
    !presence.contains_key("connections")
}

fn set_of<'a>(connections: impl IntoIterator<Item = &'a ConnectionId>) -> AttributeValue {
    let ids = connections.into_iter().map(|connection| connection.as_str().to_owned());
    AttributeValue::Ss(ids.collect())
}

/// The memberships whose condition held, one of three writes each, after the socket's own.
fn still_joined(memberships: Vec<Member>, conditions: &Conditions) -> Vec<Member> {
    let at = |index: usize| 1 + index * 3 + 2;
    let kept = memberships.into_iter().enumerate();
    kept.filter(|(index, _)| !conditions.failed(at(*index))).map(|(_, member)| member).collect()
}
