//! One lane of a mapping: the records of some items, each in order, one batch at a time.
//!
//! Nothing here waits or invokes, so every rule can be tested at once. Times are parameters.

use std::{collections::VecDeque, ops::Range, time::Duration};

use tokio::time::Instant;

use super::outcome::Outcome;
use crate::{
    dynamodb::{Record, SequenceNumber},
    template::EventSourceMapping,
};

/// What Lambda invokes a function with at most is 6 MB; the rest is for the records' envelope.
const MOST_BYTES: usize = 5 << 20;
/// AWS does not say how it backs off. A developer waits for the next try.
const FIRST_BACKOFF: Duration = Duration::from_millis(100);
const LONGEST_BACKOFF: Duration = Duration::from_secs(2);

/// How a lane makes batches: the part of a mapping that it needs.
#[derive(Debug, Clone)]
pub struct Rules {
    pub batch_size: usize,
    pub window: Duration,
    pub bisects: bool,
    pub retries: Option<u32>,
    pub record_age: Option<Duration>,
}

/// What a lane wants to happen.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing until a record or an answer comes.
    Nothing,
    WaitUntil(Instant),
    /// The first so many records are to be sent now. The lane waits for their outcome.
    Send(usize),
    GiveUp(GivenUp),
}

/// Records that are not tried any more.
#[derive(Debug, PartialEq, Eq)]
pub struct GivenUp {
    pub first: SequenceNumber,
    pub last: SequenceNumber,
    pub count: usize,
    pub reason: Reason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    TooOld,
    TooManyTries,
}

#[derive(Debug)]
pub struct Lane {
    rules: Rules,
    /// All records that are not done, those under way first.
    records: VecDeque<Arrived>,
    /// Sizes of the batches that are tried again, the next one last. What a failed batch was
    /// split into does not mix with what came later.
    pieces: Vec<usize>,
    under_way: usize,
    /// Failures in a row of the first record.
    failures: u32,
    retry_at: Option<Instant>,
}

#[derive(Debug)]
struct Arrived {
    record: Record,
    at: Instant,
    bytes: usize,
}

impl Rules {
    pub fn of(mapping: &EventSourceMapping) -> Self {
        Self {
            batch_size: mapping.batch_size,
            window: mapping.window,
            bisects: mapping.bisects,
            retries: mapping.retries,
            record_age: mapping.record_age,
        }
    }
}

impl Lane {
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            records: VecDeque::new(),
            pieces: Vec::new(),
            under_way: 0,
            failures: 0,
            retry_at: None,
        }
    }

    pub fn push(&mut self, record: Record, now: Instant) {
        let bytes = record.body.to_string().len();
        self.records.push_back(Arrived { record, at: now, bytes });
    }

    pub fn is_at_once(&self) -> bool {
        self.rules.window.is_zero()
    }

    /// From now on no batch waits for more records.
    pub fn close_window(&mut self) {
        self.rules.window = Duration::ZERO;
    }

    /// How many records are not done.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// The oldest record that is not done.
    pub fn oldest(&self) -> Option<SequenceNumber> {
        self.records.front().map(|arrived| arrived.record.sequence)
    }

    /// The first records of the lane.
    pub fn first(&self, count: usize) -> impl Iterator<Item = &Record> {
        self.records.iter().take(count).map(|arrived| &arrived.record)
    }

    /// What to do now. `clock` is in seconds since the epoch. After [`Next::GiveUp`] ask again.
    pub fn next(&mut self, now: Instant, clock: i64) -> Next {
        if self.under_way > 0 || self.records.is_empty() {
            return Next::Nothing;
        }
        if let Some(retry_at) = self.retry_at.filter(|&at| at > now) {
            return Next::WaitUntil(retry_at);
        }
        if let Some(given_up) = self.give_up_old(clock) {
            return Next::GiveUp(given_up);
        }
        let size = self.next_size();
        let complete_at = self.records[0].at + self.rules.window;
        let is_complete = !self.pieces.is_empty() || size.is_full || complete_at <= now;
        if !is_complete {
            return Next::WaitUntil(complete_at);
        }
        self.cut(size.count);
        self.under_way = size.count;
        Next::Send(size.count)
    }

    /// The batch that was sent has this outcome.
    pub fn answered(&mut self, outcome: Outcome, now: Instant) -> Option<GivenUp> {
        let sent = std::mem::take(&mut self.under_way);
        match outcome {
            Outcome::Done => self.done(sent),
            Outcome::FailedFrom(index) => {
                self.done(index);
                self.failed(sent - index, now);
            }
            Outcome::Failed if self.rules.bisects && sent > 1 => {
                // Splitting is no try: each half has all of its own.
                self.pieces.extend([sent - sent / 2, sent / 2]);
                self.retry_at = Some(now + backoff(self.failures));
            }
            Outcome::Failed => self.failed(sent, now),
        }
        let gives_up = self.rules.retries.is_some_and(|retries| self.failures > retries);
        gives_up.then(|| self.give_up_batch()).flatten()
    }

    fn done(&mut self, count: usize) {
        if count > 0 {
            self.records.drain(..count);
            self.failures = 0;
            self.retry_at = None;
        }
    }

    fn failed(&mut self, count: usize, now: Instant) {
        self.pieces.push(count);
        self.retry_at = Some(now + backoff(self.failures));
        self.failures += 1;
    }

    fn next_size(&self) -> Size {
        let most = self.pieces.last().copied().unwrap_or(self.rules.batch_size);
        let mut bytes = 0;
        let fits = self.records.iter().take(most).take_while(|arrived| {
            bytes += arrived.bytes;
            bytes <= MOST_BYTES
        });
        // One record alone is sent whatever its size.
        let count = fits.count().max(1);
        Size { count, is_full: count == most || count < self.records.len() }
    }

    /// Takes a batch of this size out of the piece it belongs to.
    fn cut(&mut self, count: usize) {
        if let Some(piece) = self.pieces.pop().filter(|&piece| piece > count) {
            self.pieces.push(piece - count);
        }
    }

    fn give_up_old(&mut self, clock: i64) -> Option<GivenUp> {
        let age = i64::try_from(self.rules.record_age?.as_secs()).unwrap_or(i64::MAX);
        let is_old = |arrived: &&Arrived| clock.saturating_sub(arrived.record.written_at) > age;
        let count = self.records.iter().take_while(is_old).count();
        self.give_up(0..count, Reason::TooOld)
    }

    fn give_up_batch(&mut self) -> Option<GivenUp> {
        let count = self.pieces.last().copied().unwrap_or_default();
        self.give_up(0..count, Reason::TooManyTries)
    }

    fn give_up(&mut self, range: Range<usize>, reason: Reason) -> Option<GivenUp> {
        let mut left = range.len();
        let given_up: Vec<Arrived> = self.records.drain(range).collect();
        let (first, last) = (given_up.first()?, given_up.last()?);
        while let Some(piece) = self.pieces.pop_if(|_| left > 0) {
            if piece > left {
                self.pieces.push(piece - left);
            }
            left = left.saturating_sub(piece);
        }
        (self.failures, self.retry_at) = (0, None);
        let (first, last) = (first.record.sequence, last.record.sequence);
        Some(GivenUp { first, last, count: given_up.len(), reason })
    }
}

struct Size {
    count: usize,
    /// More records would not make the batch larger.
    is_full: bool,
}

fn backoff(failures: u32) -> Duration {
    (FIRST_BACKOFF * 2_u32.saturating_pow(failures.min(16))).min(LONGEST_BACKOFF)
}
