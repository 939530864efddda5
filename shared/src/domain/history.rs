//! A part of a room's messages, and who has read them.

use jiff::{SignedDuration, Timestamp};

use super::{Member, Message, MessageId, UserId};

/// How long an id that was given out may take to be stored. Longer than every attempt to store it
/// lasts; afterwards its sender is taken for dead and the id for void.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_secs(10);

/// A place in a room's sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    /// A message.
    Message(Message),
    /// An id that was given out and will never be a message.
    Void(MessageId),
}

impl Slot {
    fn id(&self) -> MessageId {
        match self {
            Self::Message(message) => message.id,
            Self::Void(id) => *id,
        }
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        match self {
            Self::Message(message) => now.duration_since(message.created_at) < SETTLED_AFTER,
            Self::Void(_) => false,
        }
    }
}

/// A page of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The messages, in the order that was asked for.
    pub messages: Vec<Message>,
    /// Whether there are more in that direction.
    pub has_more: bool,
}

impl History {
    /// The newest first: at most `limit` of these slots.
    #[must_use]
    pub fn backward(slots: Vec<Slot>, limit: usize) -> Self {
        let has_more = slots.len() > limit;
        Self { messages: slots.into_iter().take(limit).filter_map(message).collect(), has_more }
    }

    /// The oldest first, after the id `after`: at most `limit` of these slots.
    ///
    /// The page ends before a message whose predecessor may still be on its way to the table: who
    /// goes on from the last message of a page would never see it.
    #[must_use]
    pub fn forward(after: u64, slots: Vec<Slot>, limit: usize, now: Timestamp) -> Self {
        let available = slots.len();
        let mut expected = after + 1;
        let settled = slots.into_iter().take(limit).take_while(|slot| {
            let follows = slot.id().get() == expected;
            expected = slot.id().get() + 1;
            follows || !slot.is_fresh(now)
        });
        let page: Vec<Slot> = settled.collect();
        let has_more = available > page.len();
        Self { messages: page.into_iter().filter_map(message).collect(), has_more }
    }
}

fn message(slot: Slot) -> Option<Message> {
    match slot {
        Slot::Message(message) => Some(message),
        Slot::Void(_) => None,
    }
}

/// How far the members of a room have read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadMarks {
    marks: Vec<(UserId, u64)>,
}

impl ReadMarks {
    /// The marks of these members.
    #[must_use]
    pub fn of(members: &[Member]) -> Self {
        let mut marks: Vec<_> =
            members.iter().map(|member| (member.user_id, member.last_read_message_id)).collect();
        marks.sort_by_key(|(_, mark)| *mark);
        Self { marks }
    }

    /// Whether every member but the author has read the message. Without others nobody has.
    #[must_use]
    pub fn has_been_read(&self, message: &Message) -> bool {
        let mut others = self.marks.iter().filter(|(user, _)| *user != message.author.id);
        others.next().is_some_and(|(_, least)| *least >= message.id.get())
    }
}
