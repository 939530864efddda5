//! The frames that one socket should see, and what it saw.

/// What a socket should see: messages in their order, events in theirs, and both in any order to
/// each other, since messages are broadcast by their senders and events behind the table's stream.
#[derive(Default)]
pub struct Expected {
    pub messages: Vec<String>,
    pub errors: Vec<String>,
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
    events: Vec<String>,
}

impl Seen {
    pub fn push(&mut self, frame: String) {
        let kind = match frame.split_once(' ') {
            Some(("message", _)) => &mut self.messages,
            Some(("error", _)) => &mut self.errors,
            _ => &mut self.events,
        };
        kind.push(frame);
    }

    pub fn count(&self) -> usize {
        self.messages.len() + self.errors.len() + self.events.len()
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

    /// Something has happened that may keep such events from being announced, if they are not yet.
    pub fn doubt(&mut self, frame: impl Fn(&str) -> bool) {
        let open = &mut self.events[self.announced..];
        open.iter_mut()
            .filter(|event| frame(&event.frame))
            .for_each(|event| event.is_optional = true);
    }

    /// Something has happened that may bring up this event after that one, if it is on its way.
    pub fn may_follow(&mut self, after: &str, frame: &str) {
        let open = &self.events[self.announced..];
        if let Some(place) = open.iter().rposition(|event| event.frame == after) {
            let event = Event { frame: frame.to_owned(), is_optional: true };
            self.events.insert(self.announced + place + 1, event);
        }
    }

    /// Compares, in the name of this socket.
    pub fn compare(self, seen: &Seen, whose: impl std::fmt::Debug) {
        assert_eq!(seen.messages, self.messages, "left was seen, right expected, by {whose:?}");
        assert_eq!(seen.errors, self.errors, "left was seen, right expected, by {whose:?}");
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
