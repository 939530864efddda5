//! Every key of the table. No other file writes a `#`.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::domain::{ConnectionId, MessageId, RoomId, TicketId, UserId};

/// Partition of a room's subscribers. More partitions are for rooms larger than one can serve.
const SHARD: u32 = 0;

/// The primary key of one item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub pk: String,
    pub sk: String,
}

/// A run of items in one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    pub pk: String,
    pub sk_prefix: String,
}

impl Key {
    pub fn profile(user: UserId) -> Self {
        Self { pk: user_pk(user), sk: "PROFILE".into() }
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
        Self { pk: room_pk(room), sk: format!("MEMBER#{user}") }
    }

    pub fn presence(room: RoomId, user: UserId) -> Self {
        Self { pk: room_pk(room), sk: format!("ONLINE#{user}") }
    }

    /// Padded, so that the table's order is the order of the messages.
    pub fn message(room: RoomId, message: MessageId) -> Self {
        Self { pk: room_pk(room), sk: format!("MSG#{:016}", message.get()) }
    }

    pub fn subscriber(room: RoomId, user: UserId, connection: &ConnectionId) -> Self {
        Self { pk: subscribers_pk(room), sk: format!("USER#{user}#CONN#{connection}") }
    }

    pub fn connection(connection: &ConnectionId) -> Self {
        Self { pk: format!("CONN#{connection}"), sk: "META".into() }
    }

    pub fn ticket(ticket: TicketId) -> Self {
        Self { pk: format!("TICKET#{ticket}"), sk: "META".into() }
    }

    /// The counter that numbers rooms.
    pub fn room_sequence() -> Self {
        Self { pk: "COUNTER#ROOM".into(), sk: "META".into() }
    }

    pub fn attributes(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.pk.clone())),
            ("sk".to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

impl Range {
    pub fn members(room: RoomId) -> Self {
        Self { pk: room_pk(room), sk_prefix: "MEMBER#".into() }
    }

    pub fn rooms_of(user: UserId) -> Self {
        Self { pk: user_pk(user), sk_prefix: "ROOM#".into() }
    }

    pub fn connections_of(user: UserId) -> Self {
        Self { pk: user_pk(user), sk_prefix: "CONN#".into() }
    }

    pub fn subscribers(room: RoomId) -> Self {
        Self { pk: subscribers_pk(room), sk_prefix: "USER#".into() }
    }

    pub fn subscriptions_of(room: RoomId, user: UserId) -> Self {
        Self { pk: subscribers_pk(room), sk_prefix: format!("USER#{user}#CONN#") }
    }
}

fn user_pk(user: UserId) -> String {
    format!("USER#{user}")
}

fn room_pk(room: RoomId) -> String {
    format!("ROOM#{room}")
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
        assert!(!other.sk.starts_with(&Range::subscriptions_of(room, user).sk_prefix));
    }
}
