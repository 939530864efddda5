//! Who is in a room, and what others are told.

use super::App;
use crate::{
    auth::AuthMode,
    domain::{Membership, Refusal, RoomId, Standing, UserId},
    error::Error,
};

impl App {
    /// A member's room, profile and place in it.
    pub async fn membership(&self, room: RoomId, user: UserId) -> Result<Membership, Error> {
        Ok(self.admit(self.store.standing(room, user).await?)?)
    }

    pub(super) fn admit(&self, standing: Standing) -> Result<Membership, Refusal> {
        let (room, user) = (standing.room_id, standing.user_id);
        standing.membership().map_err(|refusal| match self.config.auth_mode {
            AuthMode::Trusted => refusal,
            AuthMode::Required => self.stranger(room, user),
        })
    }

    /// What refuses somebody who is not in the room. Where tokens are required it is the same for a
    /// room that exists and for one that does not: which rooms there are is for their members to know.
    #[must_use]
    pub fn stranger(&self, room: RoomId, user: UserId) -> Refusal {
        match self.config.auth_mode {
            AuthMode::Trusted => Refusal::NotAMember { room, user },
            AuthMode::Required => Refusal::UnknownRoom(room),
        }
    }
}
