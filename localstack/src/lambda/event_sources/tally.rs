//! What a mapping has done so far, for a developer's eyes and for tests.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::lane::{GivenUp, Reason};
use crate::template::EventSourceMapping;

#[derive(Debug)]
pub struct Tally {
    counts: Mutex<Counts>,
    /// How often the table was written to.
    writes: watch::Receiver<u64>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    mapping: String,
    function: String,
    /// Where `OnFailure` sends the positions of given-up records on AWS.
    on_failure: Option<String>,
    /// Records that are read and not done.
    pub pending: usize,
    /// Everything up to this sequence number is done.
    pub position: Option<String>,
    /// How long a batch waits for more records.
    window_seconds: u64,
    /// So many writes are read.
    #[serde(skip)]
    pub writes_read: u64,
    /// Nothing is pending, and the stream had nothing more.
    #[serde(skip)]
    pub is_idle: bool,
    pub invocations: u64,
    pub failures: u64,
    given_up: Vec<Report>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    condition: &'static str,
    start_sequence_number: String,
    end_sequence_number: String,
    batch_size: usize,
}

impl Tally {
    pub fn new(mapping: &EventSourceMapping, writes: watch::Receiver<u64>) -> Self {
        let counts = Mutex::new(Counts {
            mapping: mapping.name.clone(),
            function: mapping.function.clone(),
            on_failure: mapping.on_failure.clone(),
            pending: 0,
            position: None,
            window_seconds: mapping.window.as_secs(),
            writes_read: 0,
            is_idle: false,
            invocations: 0,
            failures: 0,
            given_up: Vec::new(),
        });
        Self { counts, writes }
    }

    /// All counts, and whether everything is done that was written up to now.
    pub fn to_json(&self) -> Value {
        let counts = self.counts();
        let is_up_to_date = counts.pending == 0 && counts.writes_read == *self.writes.borrow();
        let mut report = json!(*counts);
        report["isUpToDate"] = is_up_to_date.into();
        report
    }

    pub fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// There is no queue on this machine: the log has what AWS would send there.
    pub fn give_up(&self, given_up: &GivenUp) {
        let mut counts = self.counts();
        let report = Report {
            condition: match given_up.reason {
                Reason::TooOld => "RecordAgeExceeded",
                Reason::TooManyTries => "RetryAttemptsExhausted",
            },
            start_sequence_number: given_up.first.to_string(),
            end_sequence_number: given_up.last.to_string(),
            batch_size: given_up.count,
        };
        tracing::error!(
            mapping = counts.mapping,
            function = counts.function,
            first = report.start_sequence_number,
            last = report.end_sequence_number,
            count = report.batch_size,
            condition = report.condition,
            "Records of the stream are given up"
        );
        counts.given_up.push(report);
    }
}
