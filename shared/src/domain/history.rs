//! A part of a room's messages, and who has read them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Member, Message, MessageId, UserId};

/// How long a sender may take to store a message, from when it began. Then it gives up.
pub const STORED_WITHIN: Duration = Duration::from_secs(4);

/// When an id that is missing before a message is void: its sender may have begun as late as the
/// message was stored, which takes [`STORED_WITHIN`], and may have taken as long. The rest is for
/// clocks that differ.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_secs(10);

/// A place in a room's sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    Message(Message),
    /// An id that was given out and will never be a message.
    Void(MessageId),
}

impl Slot {
    /// The message, unless the id is void.
    #[must_use]
    pub fn into_message(self) -> Option<Message> {
        match self {
            Self::Message(message) => Some(message),
            Self::Void(_) => None,
        }
    }

    fn id(&self) -> MessageId {
        match self {
            Self::Message(message) => message.id,
            Self::Void(id) => *id,
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
    /// The newest first: at most `limit` of the messages in these slots.
    #[must_use]
    pub fn backward(slots: Vec<Slot>, limit: usize) -> Self {
        let mut messages = slots.into_iter().filter_map(Slot::into_message);
        let page = messages.by_ref().take(limit).collect();
        Self { messages: page, has_more: messages.next().is_some() }
    }

    /// The oldest first, after the id `after`: at most `limit` of the messages in these slots.
    ///
    /// The page ends before a message whose predecessor may still be on its way to the table: who
    /// goes on from the last message of a page would never see it.
    #[must_use]
    pub fn forward(after: u64, slots: Vec<Slot>, limit: usize, now: Timestamp) -> Self {
        let (mut messages, mut last, mut has_gap) = (Vec::new(), after, false);
        for slot in slots {
            let id = slot.id().get();
            has_gap |= id != last + 1;
            last = id;
            let Slot::Message(message) = slot else { continue };
            if messages.len() == limit || (has_gap && is_fresh(&message, now)) {
                return Self { messages, has_more: true };
            }
            messages.push(message);
            has_gap = false;
        }
        Self { messages, has_more: false }
    }
}

/// Whether an id that was given out before this message's may still be on its way.
fn is_fresh(message: &Message, now: Timestamp) -> bool {
    now.duration_since(message.created_at) < SETTLED_AFTER
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
