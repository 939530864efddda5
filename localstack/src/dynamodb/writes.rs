//! Says that something was written, so that whoever reads a stream need not poll.
//!
//! The engine's server tells nobody, but it logs each answer. Listening to that costs a write
//! nothing, where a proxy in front of the server would cost every call a hop. Whoever waits here
//! must look now and then all the same: an engine that words its log otherwise is only slower.

use std::fmt;

use tokio::sync::watch;
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
};
use tracing_subscriber::{Layer, filter::FilterFn, layer::Context, registry::LookupSpan};

/// What the server logs after an operation that was not refused.
const TARGET: &str = "dynoxide::server";
const MESSAGE: &str = "response";
/// Operations that may change an item.
const WRITES: [&str; 8] = [
    "BatchExecuteStatement",
    "BatchWriteItem",
    "DeleteItem",
    "ExecuteStatement",
    "ExecuteTransaction",
    "PutItem",
    "TransactWriteItems",
    "UpdateItem",
];

/// The writes to the database. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Writes(watch::Sender<u64>);

impl Writes {
    /// To be added to the subscriber of the program's log.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        let is_servers =
            |metadata: &Metadata| metadata.target() == TARGET && *metadata.level() == Level::DEBUG;
        let filter = FilterFn::new(is_servers).with_max_level_hint(LevelFilter::DEBUG);
        Listener(self.clone()).with_filter(filter)
    }

    /// Something was written.
    pub fn signal(&self) {
        self.0.send_modify(|count| *count += 1);
    }

    /// How many there were so far.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}

struct Listener(Writes);

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event, _: Context<S>) {
        let mut line = Line::default();
        event.record(&mut line);
        if line.is_response && line.is_write {
            self.0.signal();
        }
    }
}

#[derive(Default)]
struct Line {
    is_response: bool,
    is_write: bool,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "operation" {
            self.is_write = WRITES.contains(&value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.is_response = format!("{value:?}") == MESSAGE;
        }
    }
}
