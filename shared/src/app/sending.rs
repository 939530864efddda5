//! Sending a message, the same for both dialects.
//!
//! The sender broadcasts before it answers, if nobody else holds the room's lease. Where it dies
//! decides what is left to others:
//!
//! | died | there is | what follows |
//! | --- | --- | --- |
//! | before the number | nothing | a repetition sends |
//! | before the message | a number | the next broadcaster makes it void |
//! | before the end of the broadcast | the message, and a lease that runs out | the stream, or the next sender, broadcasts it |
//!
//! With a key a repetition finds the message of the first attempt.

use jiff::Timestamp;

use super::App;
use crate::{
    broadcast::Hold,
    causes::with_causes,
    domain::{
        Draft, Membership, Message, MessageId, Refusal, Room, RoomId, SendKey, SendRecord, Slot,
        TooMany, UserId,
    },
    error::Error,
    moment::Moment,
    store::{StoreError, Storing},
};

/// How often a sender takes a new number because a broadcaster did not wait for the last one.
const NUMBERS: usize = 3;

/// A message to send.
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub room: RoomId,
    pub user: UserId,
    pub draft: Draft,
    /// The client's own name for this send.
    pub key: Option<SendKey>,
}

impl App {
    /// Stores a member's message and has it broadcast.
    ///
    /// With a key that was used before it is the earlier message that is returned.
    pub async fn send(&self, message: NewMessage, began: Moment) -> Result<Message, Error> {
        let (room, user, now) = (message.room, message.user, began.time);
        let hold = Hold::of_sender(began.later(), self.config.inline_max_members);
        let (standing, earlier) = self.store.sender(room, user, message.key.as_ref(), now).await?;
        let membership = self.admit(standing)?;
        if let Some(earlier) = earlier {
            return self.repeated(&message, earlier, Some((membership.room, &hold)), now).await;
        }
        let bucket = membership.member.sends_drained_at;
        if let Some(rate) = self.store.quotas().sends {
            // Before the number: one that is refused takes one call, and leaves no hole.
            rate.charge(bucket, now).map_err(TooMany::from)?;
        }
        for attempt in 1..=NUMBERS {
            let numbered = self.store.number_message(room, hold.lease, now).await?;
            let numbered = numbered.ok_or(Refusal::UnknownRoom(room))?;
            let stored = self.store_numbered(&numbered, &membership, &message, now).await;
            let own = stored.as_ref().ok().and_then(Numbered::message).cloned();
            if attempt == NUMBERS || !matches!(stored, Ok(Numbered::Void)) {
                // Also when the own message was refused: others were numbered after it.
                self.serve_if_due(numbered, &hold, own, now).await;
            }
            match stored? {
                Numbered::Stored(message) => return Ok(message),
                Numbered::Repeated(earlier) => {
                    return self.repeated(&message, earlier, None, now).await;
                }
                Numbered::NotAMember => return Err(self.stranger(room, user).into()),
                Numbered::TooMany(too_many) => return Err(too_many.into()),
                Numbered::Void => {}
            }
        }
        Err(StoreError::Unavailable("the numbers of this message became void".into()).into())
    }

    /// Stores the message under the number that the room has just given out. If it is not stored,
    /// the number is void afterwards, and nobody waits for it.
    async fn store_numbered(
        &self,
        room: &Room,
        author: &Membership,
        message: &NewMessage,
        now: Timestamp,
    ) -> Result<Numbered, StoreError> {
        let id = MessageId::try_from(room.last_message_id);
        let id = id.map_err(|_| StoreError::Incomplete("a message id"))?;
        let NewMessage { draft, key, .. } = message.clone();
        let stored = draft.into_message(id, room.id, author.profile.clone(), key.clone(), now);
        let outcome = match self
            .store
            .store_message(&stored, key.as_ref(), author.member.sends_drained_at)
            .await
        {
            Ok(Storing::Stored) => return Ok(Numbered::Stored(stored)),
            Ok(Storing::Void) => return Ok(Numbered::Void),
            Ok(Storing::Repeated(earlier)) => Ok(Numbered::Repeated(earlier)),
            Ok(Storing::NotAMember) => Ok(Numbered::NotAMember),
            Ok(Storing::TooMany(too_many)) => Ok(Numbered::TooMany(too_many)),
            Err(error) => Err(error),
        };
        match self.store.void(room.id, id).await {
            // The transaction that seemed to fail was written: its answer was lost.
            Ok(Slot::Message(message)) => Ok(Numbered::Stored(message)),
            // Without the void it is a broadcaster who makes it, after a moment.
            Ok(Slot::Void(_)) | Err(_) => outcome,
        }
    }

    /// Broadcasts what the room owes, if this invocation holds its lease, or nobody does. What fails
    /// here is left to the stream: the message is stored.
    async fn serve_if_due(&self, room: Room, hold: &Hold, own: Option<Message>, now: Timestamp) {
        let id = room.id;
        let served = async {
            let room =
                if hold.holds(&room) { Some(room) } else { self.take(&room, hold, now).await? };
            match room {
                Some(room) => self.broadcaster.serve(room, hold, own, now).await,
                None => Ok(()),
            }
        };
        if let Err(error) = served.await {
            let error = with_causes(&error);
            tracing::warn!(room.id = %id, error, "a broadcast is left to the stream");
        }
    }

    /// Takes the lease of a room if nobody has it, or if who has it is dead or late: the room with
    /// it. A lease of one's own is one of an earlier attempt, which has ended.
    pub(super) async fn take(
        &self,
        room: &Room,
        hold: &Hold,
        now: Timestamp,
    ) -> Result<Option<Room>, StoreError> {
        match room.lease() {
            Some(lease) if lease.owner != hold.lease.owner && !lease.is_over(now) => Ok(None),
            seen => self.store.take_lease(room.id, seen, hold.lease).await,
        }
    }

    /// The message that was sent with this key before, broadcast by now unless somebody is about to.
    async fn repeated(
        &self,
        message: &NewMessage,
        earlier: SendRecord,
        to_serve: Option<(Room, &Hold)>,
        now: Timestamp,
    ) -> Result<Message, Error> {
        let same = |stored: &Message| {
            stored.room_id == message.room && message.draft.says_the_same_as(stored)
        };
        let stored = self.store.message(earlier.room_id, earlier.message_id).await?;
        let stored = stored.filter(same).ok_or(Error::KeyReused)?;
        if let Some((room, hold)) = to_serve
            && room.broadcast_id() < stored.id.get()
        {
            self.serve_if_due(room, hold, None, now).await;
        }
        Ok(stored)
    }
}

/// What became of a number.
#[derive(Debug)]
enum Numbered {
    Stored(Message),
    Repeated(SendRecord),
    NotAMember,
    TooMany(TooMany),
    /// A broadcaster had waited for the message long enough.
    Void,
}

impl Numbered {
    fn message(&self) -> Option<&Message> {
        match self {
            Self::Stored(message) => Some(message),
            Self::Repeated(_) | Self::NotAMember | Self::TooMany(_) | Self::Void => None,
        }
    }
}
