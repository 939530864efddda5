//! A table's stream: every change of an item, in order, until all mappings have consumed it.

mod positions;
mod records_table;
mod sequence;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use dynoxide::{
    Database,
    errors::DynoxideError,
    streams::{shard_id, stream_arn},
};
use serde_json::{Value, json};
use tokio::{sync::watch, task::spawn_blocking};

pub use self::{
    positions::{Positions, create_table},
    records_table::{improve, place},
    sequence::SequenceNumber,
};
use super::{engine::Engine, error::StreamError};
use crate::template::REGION;

/// Records that one read gives at most. AWS gives 1,000 or 1 MB; an item may have 400 KB.
pub const READ: usize = 250;

/// The stream of one table. Clones share the positions.
#[derive(Debug, Clone)]
pub struct Stream {
    pub(super) engine: Engine,
    pub(super) table: String,
    pub(super) positions: Arc<Positions>,
    pub(super) writes: watch::Receiver<u64>,
}

/// One change.
#[derive(Debug, Clone)]
pub struct Record {
    pub sequence: SequenceNumber,
    /// The item's whole key, as JSON. Lambda keeps the order of the records of one item only.
    pub item: String,
    /// Seconds since the epoch.
    pub written_at: i64,
    /// The record as `GetRecords` gives it.
    pub body: Value,
}

/// Reads a stream from a position on.
#[derive(Debug)]
pub struct Reader {
    stream: Stream,
    iterator: String,
}

impl Stream {
    /// Goes on where the mapping had got to; the first time it starts with the oldest record, or
    /// with the next to come.
    pub fn reader(&self, mapping: &str, from_oldest: bool) -> Result<Reader, StreamError> {
        let (kind, after) = match self.positions.of(mapping) {
            Some(position) => ("AFTER_SEQUENCE_NUMBER", Some(position.to_string())),
            None if from_oldest => ("TRIM_HORIZON", None),
            None => ("LATEST", None),
        };
        let mut request = json!({
            "StreamArn": stream_arn(&self.table, "local"),
            "ShardId": shard_id(&self.table),
            "ShardIteratorType": kind,
        });
        if let Some(after) = after {
            request["SequenceNumber"] = after.into();
        }
        let given = self.engine.call(request, Database::get_shard_iterator)?;
        let iterator = text(&given, "/ShardIterator")?.to_owned();
        Ok(Reader { stream: self.clone(), iterator })
    }

    /// How often something may have been written, counted before the writer has its answer.
    pub fn writes(&self) -> watch::Receiver<u64> {
        self.writes.clone()
    }

    /// The mapping has consumed everything up to and with this record.
    pub fn consumed(&self, mapping: &str, to: SequenceNumber) {
        self.positions.advance(mapping, to);
    }

    /// Keeps the positions, and trims what every mapping has consumed.
    pub async fn keep_positions(&self) -> Result<(), StreamError> {
        let positions = Arc::clone(&self.positions);
        Ok(blocking(move || positions.keep()).await?)
    }
}

impl Reader {
    /// What comes next, nothing at the end of the stream.
    pub async fn read(&mut self) -> Result<Vec<Record>, StreamError> {
        let request = json!({ "ShardIterator": self.iterator, "Limit": READ });
        let engine = self.stream.engine.clone();
        let call = move || engine.call(request, Database::get_records);
        let mut given = blocking(call).await?;
        text(&given, "/NextShardIterator")?.clone_into(&mut self.iterator);
        let Value::Array(records) = given["Records"].take() else { return Ok(Vec::new()) };
        records.into_iter().map(record).collect()
    }
}

/// The record as the engine gives it, in AWS's words.
fn record(mut body: Value) -> Result<Record, StreamError> {
    let item = body["dynamodb"]["Keys"].to_string();
    let sequence = text(&body, "/dynamodb/SequenceNumber")?.parse();
    let sequence = sequence.map_err(|_| StreamError::Unreadable("SequenceNumber"))?;
    let time = &mut body["dynamodb"]["ApproximateCreationDateTime"];
    #[expect(clippy::cast_possible_truncation, reason = "the engine gives whole seconds")]
    let written_at = time.as_f64().unwrap_or_default() as i64;
    *time = written_at.into();
    body["awsRegion"] = REGION.into();
    Ok(Record { sequence, item, written_at, body })
}

fn text<'v>(value: &'v Value, pointer: &'static str) -> Result<&'v str, StreamError> {
    value.pointer(pointer).and_then(Value::as_str).ok_or(StreamError::Unreadable(pointer))
}

/// The engine's calls wait for its lock, which a long request may hold.
async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, DynoxideError> + Send + 'static,
) -> Result<T, DynoxideError> {
    let lost = |_| DynoxideError::InternalServerError("the call panicked".into());
    spawn_blocking(call).await.map_err(lost)?
}
