//! `ROOM#r / MSG#m`, many at once.

use jiff::Timestamp;
use serde::Deserialize;

use super::{Pages, Store, StoreError, keys::Range};
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
        let slots = one_more(self.pages(&range, now), limit).await?;
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
        let slots = one_more(self.pages(&range, now).backward(), limit).await?;
        Ok(History::backward(slots, limit.get()))
    }
}

/// A page of messages and one more, with the void ids between them: a page of nothing but void ids
/// would have no last message to go on from.
async fn one_more(pages: Pages<Stored>, limit: Limit) -> Result<Vec<Slot>, StoreError> {
    let is_message = |stored: &Stored| matches!(stored, Stored::Message(_));
    let stored = pages.until(limit.get() + 1, is_message).await?;
    Ok(stored.into_iter().map(Slot::from).collect())
}
