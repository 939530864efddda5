//! The frames that one socket should see, and what it saw.

use std::collections::BTreeMap;

/// What a socket should see: messages in their order, joins and leaves in theirs, and both in any order
/// to each other, since messages are broadcast by their senders and events behind the table's stream.
///
/// Of a user's presence the last announcement is certain, not how many there are: each announces the
/// state of its time.
#[derive(Default)]
pub struct Expected {
    pub messages: Vec<String>,
    pub errors: Vec<String>,
    /// Users who came or went, with whether they are online in the end.
    pub presence: BTreeMap<u64, bool>,
    events: Vec<Event>,
    /// So many events have been announced for sure.
    announced: usize,
}

struct Event {
    frame: String,
    /// Whether it may also never come to this socket.
    is_optional: bool,
}

/// What a socket saw.
#[derive(Default)]
pub struct Seen {
    pub messages: Vec<String>,
    pub errors: Vec<String>,
    /// What a client shows of each user: `None` for one who has left.
    presence: BTreeMap<u64, Option<bool>>,
    events: Vec<String>,
    count: usize,
}

impl Seen {
    pub fn push(&mut self, frame: String) {
        self.count += 1;
        let kind = frame.split(' ').next().unwrap_or_default().to_owned();
        let user = frame.rsplit(' ').next().and_then(|id| id.parse().ok()).unwrap_or_default();
        match kind.as_str() {
            "message" => self.messages.push(frame),
            "error" => self.errors.push(frame),
            "member_online" | "member_offline" => {
                let shown = self.presence.entry(user).or_insert(Some(false));
                // Of a user who has left a client shows nothing.
                *shown = shown.map(|_| kind == "member_online");
            }
            _ => {
                self.presence.insert(user, (kind == "member_join").then_some(false));
                self.events.push(frame);
            }
        }
    }

    pub fn count(&self) -> usize {
        self.count
    }
}

impl Expected {
    pub fn event(&mut self, frame: &str) {
        self.events.push(Event { frame: frame.to_owned(), is_optional: false });
    }

    /// The event was on its way before the socket was there.
    pub fn optional_event(&mut self, frame: &str) {
        self.events.push(Event { frame: frame.to_owned(), is_optional: true });
    }

    /// What was expected so far has been announced by now.
    pub fn all_announced(&mut self) {
        self.announced = self.events.len();
    }

    /// The socket was closed, and what was not announced by then may never come.
    pub fn doubt_everything(&mut self) {
        self.events[self.announced..].iter_mut().for_each(|event| event.is_optional = true);
        self.presence.clear();
    }

    /// Compares, in the name of this socket.
    pub fn compare(self, seen: &Seen, whose: impl std::fmt::Debug) {
        assert_eq!(seen.messages, self.messages, "left was seen, right expected, by {whose:?}");
        assert_eq!(seen.errors, self.errors, "left was seen, right expected, by {whose:?}");
        for (user, is_online) in &self.presence {
            let shown = seen.presence.get(user).copied().flatten();
            assert_eq!(shown, Some(*is_online), "{user} as online, seen by {whose:?}");
        }
        let expected: Vec<String> = self.events.iter().map(Event::shown).collect();
        let came = &seen.events;
        assert!(
            matches(&self.events, came),
            "{came:?} was seen, {expected:?} expected, by {whose:?}"
        );
    }
}

impl Event {
    fn shown(&self) -> String {
        if self.is_optional { format!("maybe {}", self.frame) } else { self.frame.clone() }
    }
}

/// Whether these frames are the events, without some of the optional ones.
fn matches(events: &[Event], seen: &[String]) -> bool {
    let Some((event, rest)) = events.split_first() else { return seen.is_empty() };
    let comes = seen.first().is_some_and(|frame| *frame == event.frame);
    (comes && matches(rest, &seen[1..])) || (event.is_optional && matches(rest, seen))
}

#[test]
fn an_optional_event_may_come_and_any_other_must() {
    let mut expected = Expected::default();
    expected.event("a");
    expected.optional_event("b");
    expected.event("b");
    let matches = |seen: &[&str]| {
        let seen: Vec<String> = seen.iter().map(ToString::to_string).collect();
        matches(&expected.events, &seen)
    };
    assert!(matches(&["a", "b"]) && matches(&["a", "b", "b"]));
    assert!(!matches(&["a"]) && !matches(&["b", "b"]) && !matches(&["a", "b", "b", "b"]));
}
