//! How a user stands to a room, and what follows for a request.

use super::{Member, Profile, Room, RoomId, UserId};

/// What the store knows of a user and a room, read together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The room asked for.
    pub room_id: RoomId,
    /// The user who asks.
    pub user_id: UserId,
    /// The room, when it exists.
    pub room: Option<Room>,
    /// The user, when it exists.
    pub profile: Option<Profile>,
    /// The membership, when there is one.
    pub member: Option<Member>,
}

/// A member with room and profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub room: Room,
    pub profile: Profile,
    /// The place in the room.
    pub member: Member,
}

/// Why a user may not do something in a room.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such room.
    #[error("room {0} does not exist")]
    UnknownRoom(RoomId),
    /// There is no such user.
    #[error("user {0} does not exist")]
    UnknownUser(UserId),
    /// The user is not in the room.
    #[error("user {user} is not a member of room {room}")]
    NotAMember { room: RoomId, user: UserId },
}

impl Standing {
    pub fn membership(self) -> Result<Membership, Refusal> {
        let (room, user) = (self.room_id, self.user_id);
        let (found_room, profile, member) = self.both_exist()?;
        let member = member.ok_or(Refusal::NotAMember { room, user })?;
        Ok(Membership { room: found_room, profile, member })
    }

    /// Admits a user that exists to a room that exists, a member or not.
    pub fn both_exist(self) -> Result<(Room, Profile, Option<Member>), Refusal> {
        let room = self.room.ok_or(Refusal::UnknownRoom(self.room_id))?;
        let profile = self.profile.ok_or(Refusal::UnknownUser(self.user_id))?;
        Ok((room, profile, self.member))
    }
}
