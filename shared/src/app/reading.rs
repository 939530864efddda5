//! Who may read a room.

use super::App;
use crate::{
    domain::{Refusal, Room, RoomId, UserId},
    error::Error,
};

impl App {
    /// The room, if the reader is a member. Without a reader, where callers are trusted, anyone reads.
    pub async fn readable(&self, room: RoomId, reader: Option<UserId>) -> Result<Room, Error> {
        match reader {
            Some(user) => Ok(self.membership(room, user).await?.room),
            None => Ok(self.store.room(room).await?.ok_or(Refusal::UnknownRoom(room))?),
        }
    }
}
