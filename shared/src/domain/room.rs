//! A room and its sequences.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Name, RoomId, UserId};

/// A chat room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// The room.
    pub id: RoomId,
    /// Display name.
    pub name: Name,
    /// Who created it.
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
}

impl Room {
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
