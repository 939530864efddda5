//! `ROOM#r / MSG#m`, many at once.

use jiff::Timestamp;
use serde::Deserialize;

use super::{Store, StoreError, keys::Range};
use crate::domain::{History, Limit, Mark, Message, MessageId, RoomId, Slot};

/// What is stored under a message's key.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Message(Message),
    Void { void: MessageId },
}

impl From<Stored> for Slot {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Message(message) => Self::Message(message),
            Stored::Void { void } => Self::Void(void),
        }
    }
}

impl Store {
    /// The messages after this one, the oldest first.
    pub async fn messages_after(
        &self,
        room: RoomId,
        after: Mark,
        limit: Limit,
        now: Timestamp,
    ) -> Result<History, StoreError> {
        let range = Range::messages_after(room, after.get());
        let slots = self.pages::<Stored>(range, now).first(limit.get() + 1).await?;
        let slots = slots.into_iter().map(Slot::from).collect();
        Ok(History::forward(after.get(), slots, limit.get(), now))
    }

    /// The messages before this one, or all, the newest first.
    pub async fn messages_before(
        &self,
        room: RoomId,
        before: Option<MessageId>,
        limit: Limit,
        now: Timestamp,
    ) -> Result<History, StoreError> {
        let range = Range::messages_before(room, before);
        let slots = self.pages::<Stored>(range, now).backward().first(limit.get() + 1).await?;
        Ok(History::backward(slots.into_iter().map(Slot::from).collect(), limit.get()))
    }
}
