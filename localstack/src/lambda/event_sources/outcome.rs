//! What a function's answer means for the batch that it got.

use serde_json::{Map, Value};

use crate::{
    dynamodb::{Record, SequenceNumber},
    lambda::InvokeError,
};

/// How a batch went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Everything before this index of the batch is done. All from there on is tried again, as on
    /// AWS, whether or not the function named it.
    FailedFrom(usize),
    Failed,
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "success",
            Self::FailedFrom(_) => "partial failure",
            Self::Failed => "failure",
        }
    }

    /// Reads an answer. `reports_failures` is the mapping's `ReportBatchItemFailures`.
    pub fn of<'r>(
        answer: &Result<Value, InvokeError>,
        batch: impl Iterator<Item = &'r Record>,
        reports_failures: bool,
    ) -> Self {
        match answer {
            Err(_) => Self::Failed,
            Ok(_) if !reports_failures => Self::Done,
            Ok(answer) => Self::of_report(answer, batch),
        }
    }

    /// An answer that names no record of the batch where it should is a failure of the whole batch.
    fn of_report<'r>(answer: &Value, batch: impl Iterator<Item = &'r Record>) -> Self {
        let failures = match answer.get("batchItemFailures") {
            None if answer.is_null() || answer.as_object().is_some_and(Map::is_empty) => {
                return Self::Done;
            }
            Some(Value::Null) => return Self::Done,
            Some(Value::Array(failures)) => failures,
            _ => return Self::Failed,
        };
        let batch: Vec<SequenceNumber> = batch.map(|record| record.sequence).collect();
        let index = |failure: &Value| {
            let sequence = failure.get("itemIdentifier")?.as_str()?.parse().ok()?;
            batch.binary_search(&sequence).ok()
        };
        let Some(indexes) = failures.iter().map(index).collect::<Option<Vec<_>>>() else {
            return Self::Failed;
        };
        indexes.into_iter().min().map_or(Self::Done, Self::FailedFrom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn batch() -> Vec<Record> {
        let record = |stored| Record {
            sequence: SequenceNumber::new(stored),
            item: String::new(),
            written_at: 0,
            body: Value::Null,
        };
        [3, 5, 8].map(record).into()
    }

    fn failures(stored: &[u64]) -> Value {
        let item =
            |&stored: &u64| json!({ "itemIdentifier": SequenceNumber::new(stored).to_string() });
        json!({ "batchItemFailures": stored.iter().map(item).collect::<Vec<_>>() })
    }

    #[test]
    fn the_lowest_failed_record_is_where_the_batch_is_tried_again() {
        let cases = [
            (Value::Null, Outcome::Done),
            (json!({}), Outcome::Done),
            (json!({ "batchItemFailures": null }), Outcome::Done),
            (failures(&[]), Outcome::Done),
            (failures(&[5]), Outcome::FailedFrom(1)),
            (failures(&[8, 5]), Outcome::FailedFrom(1)),
            (failures(&[3, 8]), Outcome::FailedFrom(0)),
            (failures(&[4]), Outcome::Failed),
            (failures(&[4, 5]), Outcome::Failed),
            (json!({ "batchItemFailures": [{ "itemIdentifier": "" }] }), Outcome::Failed),
            (json!({ "batchItemFailures": [{ "itemIdentifier": null }] }), Outcome::Failed),
            (json!({ "batchItemFailures": [{ "MyBad": "1" }] }), Outcome::Failed),
            (json!({ "batchItemFailures": "none" }), Outcome::Failed),
            (json!({ "failures": [] }), Outcome::Failed),
            (json!("done"), Outcome::Failed),
        ];
        for (answer, expected) in cases {
            let name = answer.to_string();
            assert_eq!(Outcome::of(&Ok(answer), batch().iter(), true), expected, "{name}");
        }
    }

    #[test]
    fn any_answer_will_do_when_failures_are_not_reported() {
        assert_eq!(Outcome::of(&Ok(json!("done")), batch().iter(), false), Outcome::Done);
        let crashed = Err(InvokeError::Crashed);
        assert_eq!(Outcome::of(&crashed, batch().iter(), false), Outcome::Failed);
    }
}
