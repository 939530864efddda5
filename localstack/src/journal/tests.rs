//! What the journal keeps, and for how long.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::*;

fn read(journal: &Journal, after: u64) -> (u64, Vec<Value>) {
    let mut read = journal.after(after);
    let Value::Array(records) = read["records"].take() else { panic!("no records in {read}") };
    (read["last"].as_u64().unwrap(), records)
}

fn batch(size: usize) -> Record {
    let record = json!({ "eventName": "INSERT" });
    let records = vec![&record; size];
    Record::Batch(Batch::new("Mapping", "F", records.into_iter(), "success", Duration::ZERO))
}

#[test]
fn the_newest_of_each_kind_are_kept() {
    let journal = Journal::default();
    journal.event("F", &json!({ "body": "the only event" }));
    for size in 0..600 {
        journal.write(|| batch(size));
    }
    let (last, records) = read(&journal, 0);
    assert_eq!((last, records.len()), (601, 501), "500 of a kind");
    assert_eq!(records[0]["record"]["event"]["body"], "the only event");
    assert_eq!(
        (&records[1]["number"], &records[1]["record"]["batchSize"]),
        (&json!(102), &json!(100))
    );
    assert_eq!(read(&journal, 599).1.len(), 2, "what is newer than a number");
}

#[test]
fn large_records_are_bounded_in_bytes() {
    let journal = Journal::default();
    let event = json!({ "many": vec!["x".repeat(10_000); 10] });
    for _ in 0..50 {
        journal.event("F", &event);
    }
    let kept = read(&journal, 0).1.len();
    assert!((15..=21).contains(&kept), "2 MiB are 20 of 100 kB, came {kept}");
}

#[test]
fn nothing_is_written_while_it_is_paused_and_numbers_go_on_after_a_clear() {
    let journal = Journal::default();
    journal.write(|| batch(1));
    journal.pause(true);
    journal.write(|| panic!("not even made"));
    journal.pause(false);
    journal.clear();
    journal.write(|| batch(2));
    let (last, records) = read(&journal, 0);
    assert_eq!((last, records.len()), (2, 1));
}

#[tokio::test]
async fn posts_are_one_record_when_they_pause() {
    let journal = Journal::new(["F".to_owned()]);
    let statuses = [200, 200, 410, 429, 429, 500].map(|code| StatusCode::from_u16(code).unwrap());
    for answer in statuses {
        let frame = br#"{"ticket":"550e8400"}"#;
        journal.post(Posted { caller: "F", connection: "abc=", frame, answer });
        journal.post(Posted { caller: "unknown", connection: "abc=", frame, answer });
    }
    let record = loop {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if let (1, mut records) = read(&journal, 0) {
            break records.pop().unwrap()["record"].take();
        }
    };
    let counts = ["delivered", "gone", "throttled", "failed"].map(|name| record[name].clone());
    assert_eq!(counts, [2, 1, 2, 1].map(Value::from));
    assert_eq!(
        (&record["function"], &record["frame"]),
        (&json!("F"), &json!("{\"ticket\":\"•••\"}"))
    );
    assert_eq!(record["notDelivered"][0], json!({ "connectionId": "abc=", "status": 410 }));
    assert_eq!(record["notDelivered"].as_array().map(Vec::len), Some(4));
}
