//! A room's messages, in the order of their ids, by whoever holds the room's lease.
//!
//! The holder broadcasts what comes after `broadcast_id` until there is no more. It cannot give the
//! lease back before: a sender that found it held relies on that, and returns.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use super::{Audience, Broadcaster, Hold};
use crate::{
    domain::{Event, Message, MessageId, Room, SETTLED, Slot},
    store::{Release, StoreError},
};

/// Messages that are posted per listing of the subscribers, at most.
const BATCH: u64 = 50;

/// Posts that a batch may take, so that it ends well within a lease: a second on AWS.
const POSTS: u64 = 4_000;

/// How long a number that was given out may stay without a message. Senders store theirs within
/// milliseconds; one that takes longer finds a void and takes a new number.
const PATIENCE: Duration = Duration::from_millis(500);

/// The first pause before a number that is missing is looked for again. Each is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(2);

impl Broadcaster {
    /// Broadcasts the room's messages until all are, or hands over.
    ///
    /// `own` is a message at hand: where it is the next one, the table is not asked for it.
    pub async fn serve(
        &self,
        mut room: Room,
        hold: &Hold,
        mut own: Option<Message>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, owner) = (room.id, hold.lease.owner);
        let mut done = room.broadcast_id();
        loop {
            while done < room.last_message_id {
                if hold.hands_over(&room) {
                    return self.store.hand_over(id, owner, done, now).await;
                }
                let slots = match own.take() {
                    Some(message) if message.id.get() == done + 1 => vec![Slot::Message(message)],
                    _ => self.next_slots(&room, done, now).await?,
                };
                let before = done;
                done += slots.len() as u64;
                let messages = slots.into_iter().filter_map(Slot::into_message);
                let events: Vec<Event> = messages.map(Event::Message).collect();
                let tally =
                    self.deliver(id, &events, now, Audience::Everybody, Some(hold.ends_at)).await?;
                if tally.is_late() {
                    // Others go on with this batch, if nobody has taken the lease yet. Their
                    // sockets may have some of it already.
                    return self.store.hand_over(id, owner, before, now).await;
                }
                let has_more = done < room.last_message_id;
                if has_more && !self.store.keep_progress(id, owner, done).await? {
                    return Ok(());
                }
            }
            match self.store.release_lease(id, owner, done).await? {
                Release::Done => return Ok(()),
                Release::MoreToDo(latest) => room = *latest,
            }
        }
    }

    /// The messages and voids right after this id, at least one.
    ///
    /// A number that stays without a message becomes void here, so that a sender that died between
    /// numbering and storing holds nobody up.
    async fn next_slots(
        &self,
        room: &Room,
        after: u64,
        now: Timestamp,
    ) -> Result<Vec<Slot>, StoreError> {
        let (began, mut pause) = (Instant::now(), FIRST_PAUSE);
        let at_most = (POSTS / room.member_count.max(1)).clamp(1, BATCH);
        let at_most = usize::try_from(at_most).unwrap_or(1);
        loop {
            let mut slots = self.store.slots_after(room.id, after, at_most, now).await?;
            let follow =
                slots.iter().zip(after + 1..).take_while(|(slot, id)| slot.id().get() == *id);
            let follow = follow.count();
            if follow > 0 {
                slots.truncate(follow);
                return Ok(slots);
            }
            if began.elapsed() >= PATIENCE || slots.iter().any(|slot| is_settled(slot, now)) {
                let missing = MessageId::try_from(after + 1)
                    .map_err(|_| StoreError::Incomplete("a message id"))?;
                return Ok(vec![self.store.void(room.id, missing).await?]);
            }
            sleep(pause).await;
            pause *= 2;
        }
    }
}

/// Returns whether the numbers before this one were given out longer ago than [`PATIENCE`]. A message that was
/// sent [`SETTLED`] ago says so: its sender may have taken half of that until it had its number. So a
/// backlog with many holes is not waited for hole by hole.
fn is_settled(slot: &Slot, now: Timestamp) -> bool {
    match slot {
        Slot::Message(message) => now.duration_since(message.created_at) >= SETTLED,
        Slot::Void(_) => false,
    }
}
