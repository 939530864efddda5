//! Records of a stream: shown to the connection that the last of them names, and failed as their
//! items ask.

use std::{collections::BTreeSet, sync::Mutex};

use lambda_http::Error;
use serde_json::{Value, json};

/// The records that have failed once.
#[derive(Debug, Default)]
pub struct Records {
    failed: Mutex<BTreeSet<String>>,
}

impl Records {
    /// The connection that wants to see this event, if it is one of records.
    pub fn witness(event: &Value) -> Option<&str> {
        let records = event["Records"].as_array()?;
        records.iter().rev().find_map(|record| image(record)["witness"]["S"].as_str())
    }

    /// The answer to an event of records, and nothing to any other.
    pub fn answer(&self, event: &Value) -> Option<Result<Value, Error>> {
        let records = event["Records"].as_array()?;
        let asks_for = |record: &Value, act: &str| image(record)["act"]["S"] == act;
        if records.iter().any(|record| asks_for(record, "fail")) {
            return Some(Err("the probe fails as asked".into()));
        }
        let fails = |record: &&Value| asks_for(record, "fail_once") && self.is_first(record);
        let failure =
            |record: &Value| json!({ "itemIdentifier": record["dynamodb"]["SequenceNumber"] });
        let failures: Vec<_> = records.iter().filter(fails).map(failure).collect();
        Some(Ok(json!({ "batchItemFailures": failures })))
    }

    fn is_first(&self, record: &Value) -> bool {
        let id = record["eventID"].to_string();
        self.failed.lock().is_ok_and(|mut failed| failed.insert(id))
    }
}

fn image(record: &Value) -> &Value {
    let images = &record["dynamodb"];
    images.get("NewImage").unwrap_or(&images["OldImage"])
}
