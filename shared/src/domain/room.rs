//! A room and its sequences.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{MessageId, Name, RoomId, UserId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub id: RoomId,
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
}

/// A read mark cannot stand before a message that nobody has sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("message_id: the room's newest message is {newest}")]
pub struct NotYetSent {
    pub newest: u64,
}

impl Room {
    /// Where a member's read mark goes: to the message that the member names, else to the newest.
    pub fn read_mark(&self, named: Option<MessageId>) -> Result<u64, NotYetSent> {
        let newest = self.last_message_id;
        match named.map(MessageId::get) {
            Some(id) if id > newest => Err(NotYetSent { newest }),
            id => Ok(id.unwrap_or(newest)),
        }
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
