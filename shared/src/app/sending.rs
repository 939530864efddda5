//! Sending a message, the same for both dialects.
//!
//! With a key a send may be repeated, at the same time or after an attempt died. Where it died
//! decides what the next one does:
//!
//! | died | there is | the next attempt |
//! | --- | --- | --- |
//! | before the transaction | at most an id that stays void | stores and tells |
//! | after it, or while telling | the message and a claim that runs out | waits for that, tells |
//! | after the room was told | the message, told | returns it |
//!
//! So a room is told twice only when an attempt died while telling or right after it.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep, timeout};

use super::App;
use crate::{
    domain::{
        Draft, Event, Message, Profile, Refusal, RoomId, STORED_WITHIN, SendKey, SendRecord, UserId,
    },
    error::Error,
    store::{Sending, StoreError},
};

/// How often a repetition looks whether the first attempt has told the room.
const PAUSE: Duration = Duration::from_millis(50);

/// How often an attempt that tells a room looks after its claim, which lasts longer.
const LOOK: Duration = Duration::from_millis(500);

/// A message to send.
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub room: RoomId,
    pub user: UserId,
    pub draft: Draft,
    /// The client's own name for this send.
    pub key: Option<SendKey>,
}

/// The time of a request that takes its time.
#[derive(Debug, Clone, Copy)]
struct Clock {
    began: Timestamp,
    since: Instant,
}

impl Clock {
    fn now(self) -> Timestamp {
        self.began.saturating_add(self.since.elapsed()).unwrap_or(self.began)
    }
}

impl App {
    /// Stores a member's message and tells the room.
    ///
    /// With a key that was used before it is the earlier message that is returned; the room is told
    /// of it unless it was.
    pub async fn send(&self, message: NewMessage, now: Timestamp) -> Result<Message, Error> {
        let NewMessage { room, user, draft, key } = message;
        let (clock, key) = (Clock { began: now, since: Instant::now() }, key.as_ref());
        let looking_up = self.store.sender(room, user, key, now);
        let (standing, earlier) = in_time(clock, looking_up).await?;
        let author = standing.membership()?.profile;
        let sending = match earlier {
            Some(earlier) => Sending::Repeated(earlier),
            None => self.store_in_time(room, author, draft.clone(), key, clock).await?,
        };
        match (sending, key) {
            (Sending::Stored(message), None) => {
                self.broadcaster
                    .broadcast(Event::Message(message.clone()), clock.now(), None)
                    .await;
                Ok(message)
            }
            (Sending::Stored(message), Some(key)) => {
                let record = SendRecord::stored(room, message.id, now);
                self.tell_once(&message, key, record, true, clock).await?;
                Ok(message)
            }
            (Sending::Repeated(earlier), Some(key)) => {
                let message = self.store.message(earlier.room_id, earlier.message_id).await?;
                let same =
                    |message: &Message| message.room_id == room && draft.says_the_same_as(message);
                let message = message.filter(same).ok_or(Error::KeyReused)?;
                self.tell_once(&message, key, earlier, false, clock).await?;
                Ok(message)
            }
            (Sending::Repeated(_), None) | (Sending::NotAMember, _) => {
                Err(Refusal::NotAMember { room, user }.into())
            }
        }
    }

    /// Readers take an id that is not stored in time for void.
    async fn store_in_time(
        &self,
        room: RoomId,
        author: Profile,
        draft: Draft,
        key: Option<&SendKey>,
        clock: Clock,
    ) -> Result<Sending, StoreError> {
        let storing = self.store.add_message(room, author, draft, key, clock.began);
        in_time(clock, Box::pin(storing)).await
    }

    /// Tells the room of a message that is stored, unless another attempt has or does.
    ///
    /// `holds` says that this attempt holds the record's claim. Another attempt's claim runs out if
    /// that attempt died.
    async fn tell_once(
        &self,
        message: &Message,
        key: &SendKey,
        mut record: SendRecord,
        mut holds: bool,
        clock: Clock,
    ) -> Result<(), StoreError> {
        let user = message.author.id;
        while !record.told {
            let now = clock.now();
            if holds && !record.is_ageing(now) {
                self.tell_claimed(message, key, record, clock).await;
                break;
            }
            let claims = holds || record.is_abandoned(now);
            if claims && let Some(claim) = self.store.claim_telling(user, key, &record, now).await?
            {
                (record, holds) = (claim, true);
                continue;
            }
            holds = false;
            sleep(PAUSE).await;
            match self.store.send_record(user, key, now).await? {
                Some(latest) => record = latest,
                None => break,
            }
        }
        Ok(())
    }

    /// Tells the room, however long it takes, and keeps other attempts from doing it too.
    async fn tell_claimed(
        &self,
        message: &Message,
        key: &SendKey,
        mut claim: SendRecord,
        clock: Clock,
    ) {
        let user = message.author.id;
        let event = Event::Message(message.clone());
        let mut telling = Box::pin(self.broadcaster.broadcast(event, clock.now(), None));
        while timeout(LOOK, &mut telling).await.is_err() {
            if claim.is_ageing(clock.now()) {
                let renewed = self.store.claim_telling(user, key, &claim, clock.now()).await;
                // Whoever has taken over tells the room too, which is better than nobody.
                claim = renewed.ok().flatten().unwrap_or(claim);
            }
        }
        // The message is stored and the room was told: that this is not remembered is no failure.
        if let Err(error) = self.store.mark_told(user, key).await {
            tracing::warn!(%error, "a room that was told of a message may be told again");
        }
    }
}

async fn in_time<T>(
    clock: Clock,
    storing: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let left = STORED_WITHIN.saturating_sub(clock.since.elapsed());
    timeout(left, storing).await.unwrap_or_else(|late| Err(StoreError::Unavailable(late.into())))
}
