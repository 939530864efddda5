//! The lanes of one mapping: each item has its lane, and the lanes are independent.

use std::hash::{DefaultHasher, Hash, Hasher};

use tokio::time::Instant;

use super::{
    lane::{GivenUp, Lane, Next, Rules},
    outcome::Outcome,
};
use crate::{
    dynamodb::{Record, SequenceNumber},
    template::EventSourceMapping,
};

/// A batch that is to be sent now.
#[derive(Debug)]
pub struct Batch {
    pub lane: usize,
    pub records: Vec<Record>,
}

/// What is to be done now, and when to ask again if nothing happens before.
#[derive(Debug, Default)]
pub struct Work {
    pub batches: Vec<Batch>,
    pub given_up: Vec<GivenUp>,
    pub ask_again_at: Option<Instant>,
}

#[derive(Debug)]
pub struct Lanes {
    lanes: Vec<Lane>,
    /// The last record that was pushed or passed over.
    seen: Option<SequenceNumber>,
}

impl Lanes {
    pub fn new(mapping: &EventSourceMapping) -> Self {
        let lane = || Lane::new(Rules::of(mapping));
        Self { lanes: (0..mapping.parallelization).map(|_| lane()).collect(), seen: None }
    }

    pub fn push(&mut self, record: Record, now: Instant) {
        self.seen = Some(record.sequence);
        let lane = lane_of(&record.item, self.lanes.len());
        self.lanes[lane].push(record, now);
    }

    /// A record that the filters leave out.
    pub fn pass_over(&mut self, record: &Record) {
        self.seen = Some(record.sequence);
    }

    /// Whether no batch waits for more records.
    pub fn are_at_once(&self) -> bool {
        self.lanes.iter().all(Lane::is_at_once)
    }

    pub fn close_windows(&mut self) {
        self.lanes.iter_mut().for_each(Lane::close_window);
    }

    /// How many records are not done.
    pub fn len(&self) -> usize {
        self.lanes.iter().map(Lane::len).sum()
    }

    /// Everything up to here is done. `None` before the first record.
    pub fn consumed(&self) -> Option<SequenceNumber> {
        let oldest = self.lanes.iter().filter_map(Lane::oldest).min();
        oldest.map(SequenceNumber::before).or(self.seen)
    }

    /// `clock` is in seconds since the epoch.
    pub fn work(&mut self, now: Instant, clock: i64) -> Work {
        let mut work = Work::default();
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            loop {
                match lane.next(now, clock) {
                    Next::Nothing => break,
                    Next::WaitUntil(at) => {
                        let earliest = work.ask_again_at.map_or(at, |other| other.min(at));
                        work.ask_again_at = Some(earliest);
                        break;
                    }
                    Next::Send(count) => {
                        let records = lane.first(count).cloned().collect();
                        work.batches.push(Batch { lane: number, records });
                    }
                    Next::GiveUp(given_up) => work.given_up.push(given_up),
                }
            }
        }
        work
    }

    pub fn answered(&mut self, lane: usize, outcome: Outcome, now: Instant) -> Option<GivenUp> {
        self.lanes[lane].answered(outcome, now)
    }
}

fn lane_of(item: &str, lanes: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    item.hash(&mut hasher);
    usize::try_from(hasher.finish() % lanes as u64).unwrap_or_default()
}
