//! A user's place in a room: role and read mark.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{MemberId, Room, RoomId, UserId};

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Owner,
    Admin,
    Member,
}

/// Nobody becomes an owner but by creating the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("role: must be admin or member")]
pub struct OwnerCannotBeNamed;

impl Role {
    /// The role of a new member for whom this one was asked: a plain member unless it says otherwise.
    pub fn of_new_member(asked: Option<Self>) -> Result<Self, OwnerCannotBeNamed> {
        match asked {
            Some(Self::Owner) => Err(OwnerCannotBeNamed),
            role => Ok(role.unwrap_or(Self::Member)),
        }
    }
}

/// One user in one room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Number of the membership within the room.
    pub id: MemberId,
    pub room_id: RoomId,
    pub user_id: UserId,
    /// What the member may do.
    pub role: Role,
    /// When the user joined.
    pub joined_at: Timestamp,
    /// When the member last read or sent something.
    pub last_read_at: Option<Timestamp>,
    /// Read mark: everything up to this message has been read.
    pub last_read_message_id: u64,
    /// The mark of the last `read` event. Sending moves the mark further without an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced_read_id: Option<u64>,
    /// The bucket of the member's sends here; see [`Rate`](super::Rate).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::microsecond::optional"
    )]
    pub sends_drained_at: Option<Timestamp>,
}

/// What a member's `POST /read` came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadMark {
    pub room_id: RoomId,
    pub user_id: UserId,
    /// Everything up to this message has been read.
    pub message_id: u64,
    pub at: Timestamp,
}

impl Member {
    /// A member who has just joined: what was written before counts as read.
    #[must_use]
    pub fn joining(room: &Room, id: MemberId, user_id: UserId, role: Role, now: Timestamp) -> Self {
        Self {
            id,
            room_id: room.id,
            user_id,
            role,
            joined_at: now,
            last_read_at: None,
            last_read_message_id: room.last_message_id,
            announced_read_id: None,
            sends_drained_at: None,
        }
    }

    /// Returns whether reading up to this message changes nothing. Where reading is announced, that
    /// mark must have been announced as well. The first read of a member counts although there may be
    /// nothing to read yet.
    #[must_use]
    pub fn has_read(&self, message_id: u64, is_announced: bool) -> bool {
        let mark = self.last_read_message_id;
        if is_announced {
            self.announced_read_id.is_some_and(|announced| announced >= mark.max(message_id))
        } else {
            self.last_read_at.is_some() && mark >= message_id
        }
    }

    /// How many of the room's messages come after the read mark.
    #[must_use]
    pub fn unread_count(&self, last_message_id: u64) -> u64 {
        last_message_id.saturating_sub(self.last_read_message_id)
    }
}
