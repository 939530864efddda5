//! The table's stream, as the function behind it gets it.

use std::sync::Mutex;

use dynoxide::{
    Database,
    streams::{shard_id, stream_arn},
};
use serde_json::{Value, json};
use shared::{
    app::StreamRecord,
    store::{Action, ChangeRecord},
};

use super::database::TABLE;

/// Reads the stream from its beginning on, each record once.
pub struct Outbox {
    engine: Database,
    iterator: Mutex<String>,
}

impl Outbox {
    pub fn of(engine: Database) -> Self {
        let request = json!({
            "StreamArn": stream_arn(TABLE, "local"),
            "ShardId": shard_id(TABLE),
            "ShardIteratorType": "TRIM_HORIZON",
        });
        let request = serde_json::from_value(request).expect("a request");
        let given = engine.get_shard_iterator(request).expect("an iterator");
        let given = serde_json::to_value(given).expect("an answer");
        let iterator = given["ShardIterator"].as_str().expect("an iterator").to_owned();
        Self { engine, iterator: Mutex::new(iterator) }
    }

    /// What was written since the last call, in order.
    pub fn take(&self) -> Vec<StreamRecord> {
        let mut iterator = self.iterator.lock().expect("an iterator");
        let mut taken = Vec::new();
        loop {
            let request = json!({ "ShardIterator": iterator.as_str(), "Limit": 1000 });
            let request = serde_json::from_value(request).expect("a request");
            let given = self.engine.get_records(request).expect("records");
            let mut given = serde_json::to_value(given).expect("an answer");
            given["NextShardIterator"].as_str().expect("an open shard").clone_into(&mut iterator);
            let Value::Array(records) = given["Records"].take() else { return taken };
            if records.is_empty() {
                return taken;
            }
            taken.extend(records.into_iter().map(record));
        }
    }
}

fn record(mut record: Value) -> StreamRecord {
    let action = match record["eventName"].as_str() {
        Some("INSERT") => Action::Insert,
        Some("MODIFY") => Action::Modify,
        Some("REMOVE") => Action::Remove,
        other => panic!("the stream has no event {other:?}"),
    };
    let mut image = |name| match record["dynamodb"][name].take() {
        Value::Null => serde_dynamo::Item::default(),
        image => serde_json::from_value(image).expect("an item"),
    };
    let record_of = ChangeRecord {
        action,
        keys: image("Keys"),
        old: image("OldImage"),
        new: image("NewImage"),
    };
    let number = record["dynamodb"]["SequenceNumber"].as_str().expect("a number").to_owned();
    StreamRecord { sequence_number: number, record: record_of }
}
