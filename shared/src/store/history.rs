//! `ROOM#r / MSG#m`, many at once.

use jiff::Timestamp;
use serde::Deserialize;

use super::{Pages, Store, StoreError, keys::Range};
use crate::domain::{History, Limit, Mark, Message, MessageId, Room, RoomId, Slot};

/// Bytes of texts in one answer. An answer of a function has 6 MB at most (AWS Lambda, quotas), and a
/// text takes no fewer bytes there than here.
const TEXTS_AT_MOST: usize = 6_000_000;

/// What is stored under a message's key.
#[expect(clippy::large_enum_variant, reason = "voids are rare, and live no longer than a page")]
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Stored {
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
    /// The messages after this one, the oldest first. `room` was read before.
    pub async fn messages_after(
        &self,
        room: &Room,
        after: Mark,
        limit: Limit,
        now: Timestamp,
    ) -> Result<History, StoreError> {
        let range = Range::messages_after(room.id, after.get());
        let (slots, is_cut) = one_more(self.pages(&range, now), limit).await?;
        Ok(History::forward(after.get(), slots, limit.get(), room.broadcast_id(), is_cut))
    }

    /// What is stored after this id, messages and voids, in the order of their ids.
    pub async fn slots_after(
        &self,
        room: RoomId,
        after: u64,
        at_most: usize,
        now: Timestamp,
    ) -> Result<Vec<Slot>, StoreError> {
        let range = Range::messages_after(room, after);
        let stored = self.pages::<Stored>(&range, now).first(at_most).await?;
        Ok(stored.into_iter().map(Slot::from).collect())
    }

    /// The newest message that is stored, 0 for none: what a member has read who has read all.
    ///
    /// Its broadcast may be under way, and so ahead of the room's `broadcast_id`: who has just
    /// received it must not find it unread afterwards.
    pub async fn newest_stored(&self, room: &Room, now: Timestamp) -> Result<u64, StoreError> {
        if !room.owes_a_broadcast() {
            return Ok(room.last_message_id);
        }
        let range = Range::messages_after(room.id, room.broadcast_id());
        let stored = self.pages::<Stored>(&range, now).backward().first(1).await?;
        let newest = stored.into_iter().next().map(|stored| Slot::from(stored).id().get());
        Ok(newest.unwrap_or(room.broadcast_id()))
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
        let (slots, is_cut) = one_more(self.pages(&range, now).backward(), limit).await?;
        Ok(History::backward(slots, limit.get(), is_cut))
    }
}

/// Reads a page of messages and one more, with the void ids between them: a page of nothing but void
/// ids would have no last message to continue from. Returns whether it ended before that, because the
/// texts are more than an answer takes.
async fn one_more(pages: Pages<Stored>, limit: Limit) -> Result<(Vec<Slot>, bool), StoreError> {
    let (wanted, mut messages, mut bytes) = (limit.get() + 1, 0, 0);
    let stored = pages
        .until(wanted, |stored: &Stored| {
            if let Stored::Message(message) = stored {
                messages += 1;
                bytes += message.text.len();
            }
            messages >= wanted || bytes > TEXTS_AT_MOST
        })
        .await?;
    let is_cut = bytes > TEXTS_AT_MOST && messages < wanted;
    Ok((stored.into_iter().map(Slot::from).collect(), is_cut))
}
