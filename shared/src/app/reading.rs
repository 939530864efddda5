//! Access to a room's messages, and the mark of a member who reads everything.

use jiff::Timestamp;

use super::App;
use crate::{
    domain::{MessageId, Refusal, Room, RoomId, UserId},
    error::Error,
    store::StoreError,
};

/// Numbers that one request makes void at most. What is left is for the next one.
const VOIDS_AT_MOST: u64 = 20;

impl App {
    /// The room, if the reader is a member. Without a reader, where callers are trusted, anyone reads.
    pub async fn readable(&self, room: RoomId, reader: Option<UserId>) -> Result<Room, Error> {
        match reader {
            Some(user) => Ok(self.membership(room, user).await?.room),
            None => Ok(self.store.room(room).await?.ok_or(Refusal::UnknownRoom(room))?),
        }
    }

    /// Returns the id up to which a member reads who reads everything, 0 for nothing.
    ///
    /// Numbers at the end without a message count as unread. In a quiet room nobody broadcasts, so
    /// nobody makes them void: a reader does, once their senders had time enough.
    pub async fn newest_readable(&self, room: &Room, now: Timestamp) -> Result<u64, StoreError> {
        let stored = self.store.newest_stored(room, now).await?;
        if !room.has_settled(now) {
            return Ok(stored);
        }
        let end = room.last_message_id.min(stored + VOIDS_AT_MOST);
        for number in stored + 1..=end {
            let id = MessageId::try_from(number);
            let id = id.map_err(|_| StoreError::Incomplete("a message id"))?;
            self.store.void(room.id, id).await?;
        }
        Ok(end.max(stored))
    }
}
