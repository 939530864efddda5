//! The poller of one mapping: reads the stream, invokes the function, keeps the position.

use std::{future::pending, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    lanes::{Batch, Lanes},
    outcome::Outcome,
    tally::Tally,
};
use crate::{
    dynamodb::{READ, Reader, Record, Stream, StreamError},
    journal,
    lambda::Functions,
    template::{EventSourceMapping, Filter, StartingPosition},
};

/// A write wakes the poller at once. This is for a wake-up that was missed, and how often AWS looks.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Between two reads, so that a burst of writes is not read one by one.
const PAUSE: Duration = Duration::from_millis(1);
/// Records that may wait for the function before no more are read.
const READ_AHEAD: usize = 10_000;

#[derive(Debug)]
pub struct Poller {
    mapping: EventSourceMapping,
    stream: Stream,
    functions: Functions,
    tally: Arc<Tally>,
    reader: Reader,
    writes: watch::Receiver<u64>,
    /// The writes before the last read.
    writes_read: u64,
    read_at: Instant,
    lanes: Lanes,
    /// Batches that the function has, with their lanes.
    under_way: JoinSet<(usize, Outcome)>,
}

impl Poller {
    pub fn new(
        mapping: EventSourceMapping,
        stream: Stream,
        functions: Functions,
        tally: Arc<Tally>,
    ) -> Result<Self, StreamError> {
        let from_oldest = mapping.starts_at == StartingPosition::TrimHorizon;
        let reader = stream.reader(&mapping.name, from_oldest)?;
        Ok(Self {
            writes: stream.writes(),
            writes_read: 0,
            read_at: Instant::now(),
            lanes: Lanes::new(&mapping),
            under_way: JoinSet::new(),
            mapping,
            stream,
            functions,
            tally,
            reader,
        })
    }

    /// Runs until it is dropped. Once `hurry` is cancelled no batch waits for more records.
    pub async fn run(mut self, hurry: CancellationToken) {
        let mut at_end = false;
        loop {
            let has_room = self.lanes.len() < READ_AHEAD;
            if !at_end && has_room {
                at_end = self.read().await;
            }
            let ask_again_at = self.send();
            self.note(at_end);
            if !at_end && has_room {
                continue;
            }
            tokio::select! {
                // Without an answer the task panicked, and its lane stays with its batch.
                Some(Ok((lane, outcome))) = self.under_way.join_next() => {
                    self.answered(lane, outcome);
                }
                // Who waits for a window does not see each write.
                () = written(&mut self.writes, self.read_at), if self.lanes.are_at_once() => {
                    at_end = false;
                }
                () = sleep_until(self.read_at + LOOK_EVERY) => at_end = false,
                () = until(ask_again_at) => {}
                () = hurry.cancelled(), if !self.lanes.are_at_once() => {
                    at_end = false;
                    self.lanes.close_windows();
                }
            }
        }
    }

    /// Takes what was written. False when there may be more.
    async fn read(&mut self) -> bool {
        // What is written from now on wakes again.
        self.writes_read = *self.writes.borrow_and_update();
        let records = self.reader.read().await.unwrap_or_else(|error| {
            tracing::warn!(mapping = self.mapping.name, %error, "The stream cannot be read");
            Vec::new()
        });
        let (at_end, now) = (records.len() < READ, Instant::now());
        self.read_at = now;
        for record in records {
            if is_wanted(&self.mapping.filters, &record) {
                self.lanes.push(record, now);
            } else {
                self.lanes.pass_over(&record);
            }
        }
        at_end
    }

    /// Invokes the function with every batch that is complete. Says when the next one may be.
    fn send(&mut self) -> Option<Instant> {
        let work = self.lanes.work(Instant::now(), clock());
        work.given_up.iter().for_each(|given_up| self.tally.give_up(given_up));
        for batch in work.batches {
            self.tally.counts().invocations += 1;
            self.under_way.spawn(invoke(self.functions.clone(), self.mapping.clone(), batch));
        }
        work.ask_again_at
    }

    fn answered(&mut self, lane: usize, outcome: Outcome) {
        if outcome != Outcome::Done {
            self.tally.counts().failures += 1;
        }
        if let Some(given_up) = self.lanes.answered(lane, outcome, Instant::now()) {
            self.tally.give_up(&given_up);
        }
    }

    fn note(&self, at_end: bool) {
        let consumed = self.lanes.consumed();
        if let Some(consumed) = consumed {
            self.stream.consumed(&self.mapping.name, consumed);
        }
        let mut counts = self.tally.counts();
        counts.pending = self.lanes.len();
        counts.is_idle = at_end && counts.pending == 0;
        if at_end {
            counts.writes_read = self.writes_read;
        }
        counts.position = consumed.map(|position| position.to_string());
    }
}

async fn invoke(
    functions: Functions,
    mapping: EventSourceMapping,
    batch: Batch,
) -> (usize, Outcome) {
    let (Batch { lane, records }, started) = (batch, Instant::now());
    let answer = functions.invoke(&mapping.function, &event(&records, &mapping.stream_arn)).await;
    let outcome = Outcome::of(&answer, records.iter(), mapping.reports_failures);
    if outcome == Outcome::Failed {
        let why = answer.map_or_else(|error| error.to_string(), |answer| answer.to_string());
        let (mapping, count) = (&mapping.name, records.len());
        tracing::warn!(mapping, count, "A batch of the stream failed: {why}");
    }
    functions.journal.write(|| {
        let (bodies, took) = (records.iter().map(|record| &record.body), started.elapsed());
        let (name, function) = (&mapping.name, &mapping.function);
        let batch = journal::Batch::new(name, function, bodies, outcome.name(), took);
        journal::Record::Batch(batch)
    });
    (lane, outcome)
}

/// The event that the function gets.
fn event(records: &[Record], stream_arn: &str) -> Value {
    let with_source = |record: &Record| {
        let mut body = record.body.clone();
        body["eventSourceARN"] = stream_arn.into();
        body
    };
    json!({ "Records": records.iter().map(with_source).collect::<Vec<_>>() })
}

fn is_wanted(filters: &[Filter], record: &Record) -> bool {
    filters.is_empty() || filters.iter().any(|filter| filter.matches(&record.body))
}

/// Resolves at the next write, or at the last one if it came within the pause.
async fn written(writes: &mut watch::Receiver<u64>, read_at: Instant) {
    sleep_until(read_at + PAUSE).await;
    if writes.changed().await.is_err() {
        // The database is gone.
        pending::<()>().await;
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => pending().await,
    }
}

/// Seconds since the epoch.
#[expect(clippy::disallowed_methods, reason = "records carry the clock time of their write")]
fn clock() -> i64 {
    Timestamp::now().as_second()
}
