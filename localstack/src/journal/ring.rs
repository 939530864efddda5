//! The newest records of each kind, bounded in number and in bytes.

use std::{collections::VecDeque, sync::Arc};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{mask, record::Record};

/// Of each kind, so that many of one do not push out the others.
const MOST_RECORDS: usize = 500;
const MOST_BYTES: usize = 2 << 20;

/// A record as it is kept.
#[derive(Debug, Clone)]
pub struct Entry {
    number: u64,
    time: Timestamp,
    kind: usize,
    /// As JSON, so that what it takes is known. Shared, so that nobody waits for a reader.
    record: Arc<str>,
}

/// One ring for each kind of record.
#[derive(Debug, Default)]
pub struct Rings {
    last: u64,
    rings: [Ring; 4],
}

#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Entry>,
    bytes: usize,
}

impl Rings {
    pub fn push(&mut self, entry: Entry) {
        self.last += 1;
        self.rings[entry.kind].push(Entry { number: self.last, ..entry });
    }

    /// The number of the newest record, and those after this number, in order.
    pub fn after(&self, number: u64) -> (u64, Vec<Entry>) {
        let mut found: Vec<_> = Vec::new();
        for ring in &self.rings {
            let newer = ring.entries.iter().rev().take_while(|entry| entry.number > number);
            found.extend(newer.cloned());
        }
        found.sort_unstable_by_key(|entry| entry.number);
        (self.last, found)
    }

    /// Numbers go on, so that whoever reads sees what comes next.
    pub fn clear(&mut self) {
        self.rings = Default::default();
    }
}

impl Ring {
    fn push(&mut self, entry: Entry) {
        self.bytes += entry.bytes();
        self.entries.push_back(entry);
        while self.entries.len() > MOST_RECORDS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.entries.pop_front() else { return };
            self.bytes -= oldest.bytes();
        }
    }
}

impl Entry {
    /// It gets its number in the ring.
    pub fn new(time: Timestamp, record: &Record) -> Self {
        let kind = match record {
            Record::Event(_) => 0,
            Record::Invocation(_) => 1,
            Record::Batch(_) => 2,
            Record::Broadcast(_) => 3,
        };
        // It cannot fail: records have no keys but texts.
        let text = serde_json::to_string(record).unwrap_or_default();
        Self { number: 0, time, kind, record: text.into() }
    }

    /// Without credentials.
    pub fn shown(&self) -> Value {
        let record: Value = serde_json::from_str(&self.record).unwrap_or_default();
        json!({ "number": self.number, "time": self.time, "record": mask::value(&record) })
    }

    fn bytes(&self) -> usize {
        self.record.len()
    }
}
