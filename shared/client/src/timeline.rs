//! What a client shows of a room: every message once, in the order of their ids.

use std::{collections::BTreeMap, mem};

use serde_json::Value;

/// A message, as far as a client here cares.
#[derive(Debug, Clone)]
pub struct Message {
    /// Place in the room's sequence.
    pub id: u64,
    /// The user who wrote it.
    pub author: u64,
    /// The text as it was sent.
    pub text: String,
    /// What its sender called it.
    pub name: Option<String>,
    /// All that the chat says of it.
    pub data: Value,
}

impl PartialEq for Message {
    /// Whether others have read it by now makes no difference.
    fn eq(&self, other: &Self) -> bool {
        let fixed = |message: &Self| (message.id, message.author);
        fixed(self) == fixed(other) && self.text == other.text && self.name == other.name
    }
}

impl Message {
    /// Reads a message of an answer or of an event's `data`.
    #[must_use]
    pub fn read(data: &Value) -> Option<Self> {
        Some(Self {
            id: data["id"].as_u64()?,
            author: data["user_id"].as_u64()?,
            text: data["message"].as_str()?.to_owned(),
            name: data["client_message_id"].as_str().map(str::to_owned),
            data: data.clone(),
        })
    }
}

/// The messages that are shown, and those that wait until what is before them is.
#[derive(Debug, Default)]
pub struct Timeline {
    shown: Vec<Message>,
    /// Everything up to this id is shown, or is no message.
    cursor: u64,
    waiting: BTreeMap<u64, Message>,
    /// The newest message of one's own that was acknowledged.
    acknowledged: u64,
    /// What the message that is being sent is called.
    sending: Option<String>,
    /// Its id, once it came back.
    own: Option<u64>,
    duplicates: u64,
}

impl Timeline {
    /// Begins after this message.
    #[must_use]
    pub fn after(cursor: u64) -> Self {
        Self { cursor, ..Self::default() }
    }

    /// A socket brought a message.
    pub fn hear(&mut self, message: Message) {
        let id = message.id;
        self.recognise(&message);
        if id <= self.cursor || self.waiting.insert(id, message).is_some() {
            self.duplicates += 1;
        }
        self.advance();
    }

    /// These are the first messages after the cursor, the oldest first; what they leave out does not exist.
    /// Gives the number of those that no socket had brought.
    pub fn fill(&mut self, page: Vec<Message>) -> usize {
        let mut news = 0;
        // A socket may have been sooner, while the page was on its way.
        for message in page {
            self.recognise(&message);
            if message.id > self.cursor {
                news += usize::from(self.waiting.remove(&message.id).is_none());
                self.show(message);
            }
        }
        self.waiting = self.waiting.split_off(&(self.cursor + 1));
        self.advance();
        news
    }

    /// A send begins: its message comes back under this name.
    pub fn sends(&mut self, name: String) {
        (self.sending, self.own) = (Some(name), None);
    }

    /// The id of the message that is being sent, if it has come back.
    #[must_use]
    pub fn own(&self) -> Option<u64> {
        self.own
    }

    /// A send was acknowledged: this message must come.
    pub fn expect(&mut self, id: u64) {
        self.acknowledged = self.acknowledged.max(id);
    }

    /// Where to go on from.
    #[must_use]
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Whether something is missing before a message that came.
    #[must_use]
    pub fn has_gap(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether a message of one's own is missing.
    #[must_use]
    pub fn lacks_own(&self) -> bool {
        self.acknowledged > self.cursor
    }

    /// What the user sees.
    #[must_use]
    pub fn shown(&self) -> &[Message] {
        &self.shown
    }

    /// What the user sees, for one who keeps it elsewhere.
    pub fn take_shown(&mut self) -> Vec<Message> {
        mem::take(&mut self.shown)
    }

    /// How many messages came again.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }

    fn recognise(&mut self, message: &Message) {
        if self.sending.is_some() && message.name == self.sending {
            self.own = Some(message.id);
        }
    }

    fn advance(&mut self) {
        while let Some(message) = self.waiting.remove(&(self.cursor + 1)) {
            self.show(message);
        }
    }

    fn show(&mut self, message: Message) {
        self.cursor = message.id;
        self.shown.push(message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: u64) -> Message {
        let text = format!("number {id}");
        Message { id, author: 1, text, name: None, data: Value::Null }
    }

    fn shown(timeline: &Timeline) -> Vec<u64> {
        timeline.shown().iter().map(|message| message.id).collect()
    }

    #[test]
    fn what_comes_out_of_order_is_shown_in_order_and_once() {
        let mut timeline = Timeline::default();
        for id in [2, 1, 2, 4, 4, 3] {
            timeline.hear(message(id));
        }
        assert_eq!((shown(&timeline), timeline.duplicates()), (vec![1, 2, 3, 4], 2));
        assert!(!timeline.has_gap());
    }

    #[test]
    fn a_page_says_which_ids_are_no_messages() {
        let mut timeline = Timeline::default();
        timeline.hear(message(5));
        assert!(timeline.has_gap());
        assert_eq!(timeline.fill(vec![message(1), message(3), message(5)]), 2);
        timeline.hear(message(6));
        assert_eq!(shown(&timeline), [1, 3, 5, 6]);
        assert!(!timeline.has_gap());
    }

    #[test]
    fn a_page_that_comes_late_changes_nothing() {
        let mut timeline = Timeline::default();
        timeline.hear(message(1));
        timeline.hear(message(2));
        assert_eq!(timeline.fill(vec![message(1), message(2)]), 0);
        assert_eq!(shown(&timeline), [1, 2]);
    }

    #[test]
    fn ones_own_message_is_known_by_its_name() {
        let mut timeline = Timeline::default();
        timeline.sends("mine".to_owned());
        timeline.hear(message(1));
        assert_eq!(timeline.own(), None);
        timeline.fill(vec![Message { name: Some("mine".to_owned()), ..message(2) }]);
        assert_eq!(timeline.own(), Some(2));
        timeline.sends("the next".to_owned());
        assert_eq!(timeline.own(), None);
    }

    #[test]
    fn ones_own_message_is_missed_until_it_comes() {
        let mut timeline = Timeline::default();
        timeline.expect(2);
        timeline.hear(message(1));
        assert!(timeline.lacks_own());
        timeline.hear(message(2));
        assert!(!timeline.lacks_own());
    }
}
