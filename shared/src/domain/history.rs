//! A part of a room's messages, and who has read them.

use super::{Member, Message, MessageId, UserId};

/// A place in a room's sequence.
#[expect(clippy::large_enum_variant, reason = "voids are rare, and live no longer than a page")]
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

    #[must_use]
    pub fn id(&self) -> MessageId {
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
    /// The newest first: at most `limit` of the messages in these slots, after which there are more if
    /// the slots are cut.
    #[must_use]
    pub fn backward(slots: Vec<Slot>, limit: usize, is_cut: bool) -> Self {
        let mut messages = slots.into_iter().filter_map(Slot::into_message);
        let page = messages.by_ref().take(limit).collect();
        Self { messages: page, has_more: is_cut || messages.next().is_some() }
    }

    /// The oldest first, after the id `after`: at most `limit` of the messages in these slots.
    ///
    /// Ids up to `settled` are messages or voids for good. Above it the page ends before a message
    /// whose predecessor may still be on its way to the table: who goes on from the last message of
    /// a page would never see it. After slots that are cut there are more.
    #[must_use]
    pub fn forward(after: u64, slots: Vec<Slot>, limit: usize, settled: u64, is_cut: bool) -> Self {
        let (mut messages, mut last) = (Vec::new(), after);
        for slot in slots {
            let id = slot.id().get();
            let follows = id == last + 1 || id <= settled + 1;
            last = id;
            if !follows {
                return Self { messages, has_more: true };
            }
            let Slot::Message(message) = slot else { continue };
            if messages.len() == limit {
                return Self { messages, has_more: true };
            }
            messages.push(message);
        }
        Self { messages, has_more: is_cut }
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
