//! `/_edge/`: what it shows of the edge, and what it lets go wrong.

mod faults;
mod page;
mod records;
mod tables;

use serde_json::{Value, json};
use tests::{Reply, Stack, deadline::eventually};

/// Has something changed below `/_edge`.
async fn change(stack: &Stack, path: &str) -> Reply {
    stack.post(&format!("/_edge/{path}"), &json!({})).await
}

/// The records of this kind that were written so far, in order.
async fn records(stack: &Stack, kind: &str) -> Vec<Value> {
    let mut read = stack.get("/_edge/records").await.expect(200);
    let Value::Array(all) = read["records"].take() else { panic!("no records in {read}") };
    let records = all.into_iter().map(|mut entry| entry["record"].take());
    records.filter(|record| record["kind"] == kind).collect()
}

/// Waits for a record of this kind.
async fn record(stack: &Stack, kind: &str, is_it: impl Fn(&Value) -> bool) -> Value {
    eventually(&format!("a record of the kind {kind}"), async || {
        records(stack, kind).await.into_iter().find(&is_it)
    })
    .await
}
