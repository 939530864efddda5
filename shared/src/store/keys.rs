//! Every key of the table: no other source of the chat writes a `#`, nor reads one.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use serde::Deserialize;
use uuid::Uuid;

use super::StoreError;
use crate::domain::{ConnectionId, MessageId, RoomId, SendKey, TicketId, UserId};

/// Partition of a room's subscribers. More partitions are for rooms larger than one can serve.
const SHARD: u32 = 0;

/// The largest number that a message's key has digits for, larger than any id.
const LARGEST: u64 = 9_999_999_999_999_999;

const ROOM: &str = "ROOM#";
const MEMBER: &str = "MEMBER#";
const ONLINE: &str = "ONLINE#";
const READ: &str = "READ#";
const GONE: &str = "GONE#";
const MESSAGE: &str = "MSG#";
const CONNECTION: &str = "CONN#";
const HANDOVER: &str = "HANDOVER";
const WATCH: &str = "WATCH";

/// What an item is, as its key says: of the items that the stream's reader cares about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Member,
    Presence,
    Read,
    Gone,
    Handover,
    Watch,
    Message,
    Connection,
    Other,
}

/// The primary key of one item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
pub(super) struct Key {
    pub pk: String,
    pub sk: String,
}

/// A run of items in one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    pub pk: String,
    pub first: String,
    pub last: String,
}

impl Key {
    pub fn profile(user: UserId) -> Self {
        Self { pk: user_pk(user), sk: "PROFILE".into() }
    }

    /// What a user has done lately, and has.
    pub fn limits(user: UserId) -> Self {
        Self { pk: user_pk(user), sk: "LIMITS".into() }
    }

    pub fn membership(user: UserId, room: RoomId) -> Self {
        Self { pk: user_pk(user), sk: format!("ROOM#{room}") }
    }

    pub fn user_connection(user: UserId, connection: &ConnectionId) -> Self {
        Self { pk: user_pk(user), sk: format!("CONN#{connection}") }
    }

    pub fn room(room: RoomId) -> Self {
        Self { pk: room_pk(room), sk: "META".into() }
    }

    pub fn member(room: RoomId, user: UserId) -> Self {
        Self { pk: room_pk(room), sk: format!("{MEMBER}{user}") }
    }

    pub fn presence(room: RoomId, user: UserId) -> Self {
        Self { pk: room_pk(room), sk: format!("{ONLINE}{user}") }
    }

    /// Padded, so that the table's order is the order of the messages.
    pub fn message(room: RoomId, message: MessageId) -> Self {
        Self { pk: room_pk(room), sk: message_sk(message.get()) }
    }

    pub fn subscriber(room: RoomId, user: UserId, connection: &ConnectionId) -> Self {
        Self { pk: subscribers_pk(room), sk: format!("USER#{user}#CONN#{connection}") }
    }

    /// Sockets of a room that turned out to be gone, one item for each broadcast that found some.
    pub fn gone(room: RoomId, report: Uuid) -> Self {
        Self { pk: subscribers_pk(room), sk: format!("{GONE}{report}") }
    }

    /// The latest `POST /read` of a member.
    pub fn read(room: RoomId, user: UserId) -> Self {
        Self { pk: room_pk(room), sk: format!("{READ}{user}") }
    }

    /// A broadcast that another invocation shall continue.
    pub fn handover(room: RoomId) -> Self {
        Self { pk: room_pk(room), sk: HANDOVER.into() }
    }

    /// A broadcast that another invocation shall look after.
    pub fn watch(room: RoomId) -> Self {
        Self { pk: room_pk(room), sk: WATCH.into() }
    }

    pub fn connection(connection: &ConnectionId) -> Self {
        Self { pk: format!("{CONNECTION}{connection}"), sk: "META".into() }
    }

    pub fn send(user: UserId, key: &SendKey) -> Self {
        Self { pk: format!("SEND#{user}#{}", key.as_str()), sk: "META".into() }
    }

    /// What a client's key for the creation of a room stands for.
    pub fn creation(user: UserId, key: &SendKey) -> Self {
        Self { pk: format!("CREATE#{user}#{}", key.as_str()), sk: "META".into() }
    }

    pub fn ticket(ticket: TicketId) -> Self {
        Self { pk: format!("TICKET#{ticket}"), sk: "META".into() }
    }

    /// The counter that numbers rooms.
    pub fn room_sequence() -> Self {
        Self { pk: "COUNTER#ROOM".into(), sk: "META".into() }
    }

    /// The room and the user of a presence.
    pub fn presence_of(&self) -> Result<(RoomId, UserId), StoreError> {
        let room = self.pk.strip_prefix(ROOM).and_then(|room| room.parse().ok());
        let user = self.sk.strip_prefix(ONLINE).and_then(|user| user.parse().ok());
        room.zip(user).ok_or(StoreError::Incomplete("a room and a user in its key"))
    }

    pub fn kind(&self) -> Kind {
        match self.sk.as_str() {
            _ if self.pk.starts_with(CONNECTION) => Kind::Connection,
            HANDOVER => Kind::Handover,
            WATCH => Kind::Watch,
            sk if sk.starts_with(MEMBER) => Kind::Member,
            sk if sk.starts_with(ONLINE) => Kind::Presence,
            sk if sk.starts_with(READ) => Kind::Read,
            sk if sk.starts_with(GONE) => Kind::Gone,
            sk if sk.starts_with(MESSAGE) => Kind::Message,
            _ => Kind::Other,
        }
    }

    pub fn attributes(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.pk.clone())),
            ("sk".to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

impl Range {
    /// Every sort key with this prefix.
    fn prefix(pk: String, prefix: &str) -> Self {
        Self { pk, first: prefix.to_owned(), last: format!("{prefix}\u{10ffff}") }
    }

    /// The messages with larger ids.
    pub fn messages_after(room: RoomId, id: u64) -> Self {
        Self { pk: room_pk(room), first: message_sk(id + 1), last: message_sk(LARGEST) }
    }

    /// The messages with smaller ids, or all.
    pub fn messages_before(room: RoomId, id: Option<MessageId>) -> Self {
        let last = id.map_or(LARGEST, |id| id.get() - 1);
        Self { pk: room_pk(room), first: message_sk(0), last: message_sk(last) }
    }

    pub fn members(room: RoomId) -> Self {
        Self::prefix(room_pk(room), MEMBER)
    }

    pub fn rooms_of(user: UserId) -> Self {
        Self::prefix(user_pk(user), "ROOM#")
    }

    pub fn connections_of(user: UserId) -> Self {
        Self::prefix(user_pk(user), "CONN#")
    }

    pub fn subscribers(room: RoomId) -> Self {
        Self::prefix(subscribers_pk(room), "USER#")
    }

    pub fn subscriptions_of(room: RoomId, user: UserId) -> Self {
        Self::prefix(subscribers_pk(room), &format!("USER#{user}#CONN#"))
    }
}

fn message_sk(message: u64) -> String {
    format!("{MESSAGE}{message:016}")
}

fn user_pk(user: UserId) -> String {
    format!("USER#{user}")
}

fn room_pk(room: RoomId) -> String {
    format!("{ROOM}{room}")
}

fn subscribers_pk(room: RoomId) -> String {
    format!("ROOM#{room}#SUBS#{SHARD}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_keys_sort_as_their_ids_do() {
        let room = RoomId::try_from(1).unwrap();
        let key = |id: u64| Key::message(room, MessageId::try_from(id).unwrap()).sk;
        assert!(key(9) < key(10));
        assert!(key(999_999) < key(9_007_199_254_740_991));
    }

    #[test]
    fn one_users_subscriptions_do_not_include_another_whose_id_starts_alike() {
        let (room, user) = (RoomId::try_from(1).unwrap(), UserId::try_from(7).unwrap());
        let other = Key::subscriber(room, UserId::try_from(71).unwrap(), &ConnectionId::new("c="));
        assert!(!other.sk.starts_with(&Range::subscriptions_of(room, user).first));
    }
}
