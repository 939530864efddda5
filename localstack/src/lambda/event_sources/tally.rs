//! What a mapping has done so far, for a developer's eyes and for tests.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::lane::{GivenUp, Reason};
use crate::template::EventSourceMapping;

#[derive(Debug)]
pub struct Tally(Mutex<Counts>);

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
    pub fn new(mapping: &EventSourceMapping) -> Self {
        Self(Mutex::new(Counts {
            mapping: mapping.name.clone(),
            function: mapping.function.clone(),
            on_failure: mapping.on_failure.clone(),
            pending: 0,
            position: None,
            is_idle: false,
            invocations: 0,
            failures: 0,
            given_up: Vec::new(),
        }))
    }

    pub fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
