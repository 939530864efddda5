//! Sending a message, the same for both dialects.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use super::App;
use crate::{
    domain::{Draft, Event, Message, Refusal, RoomId, SendKey, SendRecord, UserId},
    error::Error,
    store::Sending,
};

/// How often a repetition looks whether the first attempt has told the room.
const PAUSE: Duration = Duration::from_millis(50);

/// A message to send.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Where to.
    pub room: RoomId,
    /// By whom.
    pub user: UserId,
    /// What.
    pub draft: Draft,
    /// The client's own name for this send.
    pub key: Option<SendKey>,
}

impl App {
    /// Stores a member's message and tells the room.
    ///
    /// With a key that was used before it is the earlier message that is returned; the room is told
    /// of it unless it was.
    pub async fn send(&self, outgoing: Outgoing, now: Timestamp) -> Result<Message, Error> {
        let Outgoing { room, user, draft, key } = outgoing;
        let key = key.as_ref();
        let (standing, earlier) = self.store.sender(room, user, key, now).await?;
        let profile = standing.membership()?.profile;
        let sending = match earlier {
            Some(earlier) => Sending::Repeated(earlier),
            None => self.store.add_message(room, profile, draft.clone(), key, now).await?,
        };
        match (sending, key) {
            (Sending::Stored(message), key) => {
                self.broadcaster.tell(Event::Message(message.clone()), now, None).await;
                if let Some(key) = key {
                    self.store.mark_told(user, key).await?;
                }
                Ok(message)
            }
            (Sending::Repeated(earlier), Some(key)) => {
                let message = self.store.message(earlier.room_id, earlier.message_id).await?;
                let same = |message: &Message| message.room_id == room && draft.is(message);
                let message = message.filter(same).ok_or(Error::KeyReused)?;
                self.tell_once(&message, key, earlier, now).await?;
                Ok(message)
            }
            (Sending::Repeated(_), None) | (Sending::NotAMember, _) => {
                Err(Refusal::NotAMember { room, user }.into())
            }
        }
    }

    /// Waits until the room was told of a message that an earlier attempt has stored. If that
    /// attempt died, its claim runs out and this one tells the room.
    async fn tell_once(
        &self,
        message: &Message,
        key: &SendKey,
        mut record: SendRecord,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (user, started) = (message.author.id, Instant::now());
        while !record.told {
            let now = now.saturating_add(started.elapsed()).unwrap_or(now);
            if self.store.claim_telling(user, key, now).await? {
                self.broadcaster.tell(Event::Message(message.clone()), now, None).await;
                self.store.mark_told(user, key).await?;
                break;
            }
            sleep(PAUSE).await;
            match self.store.send_record(user, key, now).await? {
                Some(latest) => record = latest,
                None => break,
            }
        }
        Ok(())
    }
}
