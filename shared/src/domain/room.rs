//! A room and its sequences.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Lease, LeaseOwner, MessageId, Name, RoomId, UserId, text::stored};

/// A number that was given out this long ago is a message by now, or its sender is dead or late. A late
/// sender finds its number void and takes a new one.
pub const SETTLED: SignedDuration = SignedDuration::from_secs(1);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub id: RoomId,
    #[serde(deserialize_with = "stored")]
    pub name: Name,
    pub created_by: UserId,
    /// When it was created.
    pub created_at: Timestamp,
    /// How many members it has now.
    pub member_count: u64,
    /// Highest message id given out, 0 before the first message.
    pub last_message_id: u64,
    /// When a message was last sent.
    #[serde(default)]
    pub last_message_at: Option<Timestamp>,
    /// Highest member id given out.
    pub last_member_id: u64,
    /// All messages up to here were broadcast. Read it with [`Room::broadcast_id`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broadcast_id: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_owner: Option<LeaseOwner>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub lease_until: Option<Timestamp>,
}

/// A read mark cannot stand before a message that nobody has sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("message_id: the room's newest message is {newest}")]
pub struct NotYetSent {
    pub newest: u64,
}

impl Room {
    /// A room without messages, whose first member is its creator.
    #[must_use]
    pub fn new(id: RoomId, name: Name, created_by: UserId, created_at: Timestamp) -> Self {
        Self {
            id,
            name,
            created_by,
            created_at,
            member_count: 1,
            last_message_id: 0,
            last_message_at: None,
            last_member_id: 1,
            broadcast_id: Some(0),
            lease_owner: None,
            lease_until: None,
        }
    }

    /// Where a member's read mark goes when the member names a message.
    pub fn read_mark(&self, named: MessageId) -> Result<u64, NotYetSent> {
        let newest = self.last_message_id;
        if named.get() > newest { Err(NotYetSent { newest }) } else { Ok(named.get()) }
    }

    /// The last message that every socket was sent. What comes before it is a message or a void.
    #[must_use]
    pub fn broadcast_id(&self) -> u64 {
        self.broadcast_id.unwrap_or(self.last_message_id)
    }

    /// Whether an id was given out that was not broadcast yet.
    #[must_use]
    pub fn owes_a_broadcast(&self) -> bool {
        self.broadcast_id() < self.last_message_id
    }

    /// Returns whether the last number was given out so long ago that its message is stored, if it ever
    /// is.
    #[must_use]
    pub fn has_settled(&self, now: Timestamp) -> bool {
        self.last_message_at.is_none_or(|at| now.duration_since(at) >= SETTLED)
    }

    /// Who broadcasts, if anybody does.
    #[must_use]
    pub fn lease(&self) -> Option<Lease> {
        Some(Lease { owner: self.lease_owner?, until: self.lease_until? })
    }

    /// When something last happened here.
    #[must_use]
    pub fn active_at(&self) -> Timestamp {
        self.last_message_at.unwrap_or(self.created_at)
    }

    /// Whether coming and going is announced here: in a large room it would be most of the traffic.
    #[must_use]
    pub fn announces_presence(&self, most_members: u64) -> bool {
        self.member_count <= most_members
    }
}
