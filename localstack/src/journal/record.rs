//! The kinds of records, in AWS's words.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use super::cut;

/// Records of a batch that are shown.
const RECORDS_SHOWN: usize = 20;

/// What happened.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Record {
    Event(Event),
    Invocation(Invocation),
    Batch(Batch),
    Broadcast(Broadcast),
}

/// An event that API Gateway made of a request or a frame.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    function: String,
    /// The fault that kept it from its function.
    #[serde(skip_serializing_if = "Option::is_none")]
    swallowed_by: Option<&'static str>,
    #[serde(rename = "event")]
    payload: Value,
}

/// A function's work on one event, with what Lambda's `REPORT` line has.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation {
    pub function: String,
    pub request_id: String,
    /// `requestContext.requestId` of the event, when API Gateway made it.
    pub event_request_id: Option<String>,
    pub status: Status,
    pub duration_ms: f64,
    /// How long the process took to ask for its first event; only where this is that event.
    pub init_duration_ms: Option<f64>,
    /// Why there is no answer.
    pub error: Option<String>,
    pub response: Option<Value>,
}

/// As in Lambda's `platform.report`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    Success,
    /// The function answered with an error.
    Error,
    /// Its process ended, or did not start.
    Failure,
    Timeout,
}

/// Records of a table's stream that an event source mapping gave to its function.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    event_source_mapping: String,
    function: String,
    #[serde(rename = "batchSize")]
    size: usize,
    status: &'static str,
    duration_ms: f64,
    /// Event name and keys of the first ones.
    records: Vec<Value>,
}

/// Posts of one caller to `@connections`, shortly after one another.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Broadcast {
    pub function: String,
    pub delivered: u64,
    pub gone: u64,
    pub throttled: u64,
    pub failed: u64,
    pub duration_ms: f64,
    /// The first one, which most often all got.
    pub frame: Option<String>,
    /// Some that were not delivered, with the status of the answer.
    pub not_delivered: Vec<Value>,
}

impl Event {
    pub fn new(function: &str, event: &Value) -> Self {
        Self { function: function.to_owned(), swallowed_by: None, payload: cut::value(event) }
    }

    /// An event that a fault kept from its function.
    pub fn swallowed(function: &str, event: &Value, by: &'static str) -> Self {
        Self { swallowed_by: Some(by), ..Self::new(function, event) }
    }
}

impl Batch {
    /// `records` are those of the stream, as the function gets them.
    pub fn new<'r>(
        event_source_mapping: &str,
        function: &str,
        records: impl ExactSizeIterator<Item = &'r Value>,
        status: &'static str,
        duration: Duration,
    ) -> Self {
        let size = records.len();
        let change = |record: &Value| json!({ "eventName": record["eventName"], "Keys": record["dynamodb"]["Keys"] });
        Self {
            event_source_mapping: event_source_mapping.to_owned(),
            function: function.to_owned(),
            size,
            status,
            duration_ms: milliseconds(duration),
            records: records.take(RECORDS_SHOWN).map(change).collect(),
        }
    }
}

/// As Lambda rounds them.
pub fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 100_000.0).round() / 100.0
}
