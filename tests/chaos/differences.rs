//! Whether what clients show is what was sent.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use client::Message;
use serde_json::json;

/// A message that was acknowledged: its sender has the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub id: u64,
    pub text: String,
}

/// What is wrong, as numbers of cases: with none of them all is well.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Acknowledged messages that the room or a client does not have, or has under another id.
    lost: usize,
    /// Messages that stand there twice.
    doubled: usize,
    /// Clients whose ids do not strictly increase.
    unordered: usize,
    /// Clients that show anything else than the room has.
    different: usize,
}

impl Differences {
    /// Compares the room and all clients with what was acknowledged.
    pub fn of(acknowledged: &[Sent], stored: &[Message], shown: &[Vec<Message>]) -> Self {
        let lists = || shown.iter().map(Vec::as_slice).chain([stored]);
        Self {
            lost: lists().map(|list| lost(acknowledged, list)).sum(),
            doubled: lists().map(doubled).sum(),
            unordered: lists().filter(|list| !list.is_sorted_by(|a, b| a.id < b.id)).count(),
            different: lists().filter(|list| *list != stored).count(),
        }
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lost, doubled, unordered, different } = self;
        write!(
            formatter,
            "lost {lost}, doubled {doubled}, unordered {unordered}, different {different}"
        )
    }
}

fn lost(acknowledged: &[Sent], list: &[Message]) -> usize {
    let there: BTreeMap<u64, &str> =
        list.iter().map(|message| (message.id, message.text.as_str())).collect();
    let is_there = |sent: &&Sent| there.get(&sent.id) == Some(&sent.text.as_str());
    acknowledged.len() - acknowledged.iter().filter(is_there).count()
}

/// Every text is sent once.
fn doubled(list: &[Message]) -> usize {
    let texts: BTreeSet<&str> = list.iter().map(|message| message.text.as_str()).collect();
    list.len() - texts.len()
}

fn list(ids: &[u64]) -> Vec<Message> {
    let data = |id| json!({ "id": id, "user_id": 1, "message": format!("text {id}") });
    ids.iter().map(|id| Message::read(&data(id)).expect("a message")).collect()
}

#[test]
fn what_is_wrong_is_found() {
    let sent: Vec<Sent> =
        [1, 3].iter().map(|id| Sent { id: *id, text: format!("text {id}") }).collect();
    let stored = list(&[1, 3]);
    let right = Differences::default();
    for (shown, differences) in [
        (list(&[1, 3]), right),
        (list(&[3]), Differences { lost: 1, different: 1, ..Differences::default() }),
        (list(&[3, 1]), Differences { unordered: 1, different: 1, ..Differences::default() }),
        (list(&[1, 3, 3]), Differences { doubled: 1, unordered: 1, different: 1, lost: 0 }),
    ] {
        assert_eq!(Differences::of(&sent, &stored, &[list(&[1, 3]), shown]), differences);
    }
}
