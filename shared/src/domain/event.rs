//! What a room's sockets receive.

use jiff::Timestamp;

use super::{Member, Message, Profile, RoomId, UserId};

/// Something that happened in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A message was stored.
    Message(Message),
    /// A member's read mark moved.
    Read { room: RoomId, user: UserId, last_read_message_id: u64, at: Timestamp },
    /// A user became a member.
    MemberJoin { member: Member, profile: Profile },
    /// A user is no longer a member.
    MemberLeave { room: RoomId, user: UserId },
    /// A member opened the first socket.
    MemberOnline { room: RoomId, user: UserId },
    /// A member's last socket is gone.
    MemberOffline { room: RoomId, user: UserId },
}

impl Event {
    #[must_use]
    pub fn room(&self) -> RoomId {
        match self {
            Self::Message(message) => message.room_id,
            Self::MemberJoin { member, .. } => member.room_id,
            Self::Read { room, .. }
            | Self::MemberLeave { room, .. }
            | Self::MemberOnline { room, .. }
            | Self::MemberOffline { room, .. } => *room,
        }
    }

    /// Who did it, or to whom it happened.
    #[must_use]
    pub fn user(&self) -> UserId {
        match self {
            Self::Message(message) => message.author.id,
            Self::MemberJoin { member, .. } => member.user_id,
            Self::Read { user, .. }
            | Self::MemberLeave { user, .. }
            | Self::MemberOnline { user, .. }
            | Self::MemberOffline { user, .. } => *user,
        }
    }

    /// Its name on the wire, and in the logs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Read { .. } => "read",
            Self::MemberJoin { .. } => "member_join",
            Self::MemberLeave { .. } => "member_leave",
            Self::MemberOnline { .. } => "member_online",
            Self::MemberOffline { .. } => "member_offline",
        }
    }
}
