//! Changes of a table reach functions as on AWS: complete, in order, at least once.

use std::{collections::BTreeMap, path::Path};

use reqwest::Client as Http;
use serde_json::{Value, json};
use tests::{
    Stack, binaries,
    deadline::eventually,
    signature::{developer, sign},
    tls,
};
use uuid::Uuid;

use super::{connections::Client, fixture::assert_event};

const TABLE: &str = "chat-Letters";

/// Items of one partition, enough that they do not all hash to one of four lanes.
const ITEMS: [&str; 6] = ["1", "2", "3", "4", "5", "6"];

/// The probe's table with a stream, called as an SDK calls it.
pub struct Letters {
    url: String,
    http: Http,
}

impl Letters {
    pub fn of(stack: &Stack) -> Self {
        let lines = stack.edge.log.lines();
        let url = lines.iter().find_map(|line| line.trim().strip_prefix("DynamoDB"));
        let url = url.and_then(|rest| rest.split_whitespace().next()).expect("the edge prints it");
        Self { url: url.to_owned(), http: tls::http_client().build().expect("a client") }
    }

    async fn call(&self, action: &str, body: Value) {
        let request = self
            .http
            .post(&self.url)
            .header("x-amz-target", format!("DynamoDB_20120810.{action}"))
            .header("content-type", "application/x-amz-json-1.0")
            .json(&body);
        let mut request = request.build().expect("a request");
        sign(&mut request, "dynamodb", &developer());
        let response = self.http.execute(request).await.expect("the database answers");
        let status = response.status();
        assert!(status.is_success(), "{action}: {}", response.text().await.unwrap_or_default());
    }

    async fn delete(&self, to: &str, id: &str) {
        let key = json!({ "box": { "S": to }, "id": { "S": id } });
        self.call("DeleteItem", json!({ "TableName": TABLE, "Key": key })).await;
    }

    pub async fn put(&self, item: Value) {
        self.call("PutItem", json!({ "TableName": TABLE, "Item": item })).await;
    }

    /// Puts all of them at once, so that they come in one batch.
    pub async fn put_together(&self, items: impl IntoIterator<Item = Value>) {
        let put = |item: Value| json!({ "Put": { "TableName": TABLE, "Item": item } });
        let items: Vec<_> = items.into_iter().map(put).collect();
        self.call("TransactWriteItems", json!({ "TransactItems": items })).await;
    }
}

/// A letter whose records are shown to this witness.
pub fn letter(to: &str, id: &str, witness: &Client) -> Value {
    json!({ "box": { "S": to }, "id": { "S": id }, "witness": { "S": witness.id } })
}

fn asking(mut letter: Value, act: &str) -> Value {
    letter["act"] = json!({ "S": act });
    letter
}

/// The ids of an event's records.
fn ids(event: &Value) -> Vec<&str> {
    let records = event["Records"].as_array().expect("an event of records");
    records.iter().filter_map(|record| record["dynamodb"]["Keys"]["id"]["S"].as_str()).collect()
}

/// What the edge says of a mapping.
async fn report(stack: &Stack, mapping: &str) -> Value {
    let reports = stack.get("/_edge/event-sources").await.json();
    let reports = reports.as_array().cloned().unwrap_or_default();
    let found = reports.into_iter().find(|report| report["mapping"] == mapping);
    found.expect("the mapping is listed")
}

async fn start(data: &Path) -> Stack {
    Stack::with().probe().args(["--data".as_ref(), data.as_os_str()]).start().await
}

fn directory() -> std::path::PathBuf {
    binaries::target().join("tmp").join(Uuid::new_v4().to_string())
}

#[tokio::test]
async fn a_write_becomes_an_event_field_by_field() {
    let stack = Stack::with().probe().start().await;
    let (mut witness, letters) = (Client::witness(&stack).await, Letters::of(&stack));
    let item = letter("at-once", "1", &witness);
    letters.put(item.clone()).await;

    let event = witness.socket.next().await;

    assert_event("records", &event);
    assert_eq!(event["Records"][0]["dynamodb"]["NewImage"], item);
}

#[tokio::test]
async fn what_the_filters_leave_out_costs_no_invocation() {
    let stack = Stack::with().probe().start().await;
    let (mut witness, letters) = (Client::witness(&stack).await, Letters::of(&stack));
    letters.put(letter("elsewhere", "1", &witness)).await;
    let wanted = letter("at-once", "2", &witness);
    letters.put(wanted.clone()).await;
    letters.put(wanted).await;
    letters.delete("at-once", "2").await;

    let mut names = Vec::new();
    while names.len() < 2 {
        let event = witness.socket.next().await;
        let records = event["Records"].as_array().cloned().unwrap_or_default();
        names.extend(records.into_iter().map(|record| record["eventName"].clone()));
    }

    assert_eq!(names, ["INSERT", "REMOVE"], "the second put is a MODIFY");
    let collect = report(&stack, "Collect").await;
    assert_eq!((&collect["invocations"], &collect["pending"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn the_changes_of_one_item_come_in_order() {
    let stack = Stack::with().probe().start().await;
    let (mut witness, letters) = (Client::witness(&stack).await, Letters::of(&stack));
    let expected: Vec<String> =
        (0..10).flat_map(|round| [format!("INSERT {round}"), format!("REMOVE {round}")]).collect();
    for round in 0..10 {
        for id in ITEMS {
            let mut item = letter("at-once", id, &witness);
            item["round"] = json!({ "N": round.to_string() });
            letters.put(item).await;
            letters.delete("at-once", id).await;
        }
    }
    let mut by_item = BTreeMap::<String, Vec<String>>::new();
    while by_item.values().map(Vec::len).sum::<usize>() < ITEMS.len() * expected.len() {
        let event = witness.socket.next().await;
        for record in event["Records"].as_array().into_iter().flatten() {
            let (name, change) =
                (record["eventName"].as_str().expect("a name"), &record["dynamodb"]);
            let image = change.get("NewImage").unwrap_or(&change["OldImage"]);
            let round = image["round"]["N"].as_str().expect("a round");
            by_item.entry(change["Keys"].to_string()).or_default().push(format!("{name} {round}"));
        }
    }
    assert!(by_item.values().all(|changes| *changes == expected), "{by_item:?}");
}

#[tokio::test]
async fn a_batch_is_tried_again_from_the_record_that_failed() {
    let stack = Stack::with().probe().parameter("Lanes", 1).start().await;
    let (mut witness, letters) = (Client::witness(&stack).await, Letters::of(&stack));
    let [first, second, third] = ["1", "2", "3"].map(|id| letter("at-once", id, &witness));
    letters.put_together([first, asking(second, "fail_once"), third]).await;
    assert_eq!(ids(&witness.socket.next().await), ["1", "2", "3"]);
    assert_eq!(ids(&witness.socket.next().await), ["2", "3"]);
}

#[tokio::test]
async fn a_record_that_fails_for_good_is_given_up_alone_and_reported() {
    let stack = Stack::with().probe().parameter("Lanes", 1).start().await;
    let (mut witness, letters) = (Client::witness(&stack).await, Letters::of(&stack));
    let [first, second] = ["1", "2"].map(|id| letter("at-once", id, &witness));
    letters.put_together([asking(first, "fail"), second]).await;

    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(ids(&witness.socket.next().await).join(","));
    }

    assert_eq!(seen, ["1,2", "1", "1", "2"]);
    let given_up = eventually("a report", async || {
        let report = report(&stack, "Deliver").await;
        report["givenUp"].as_array().filter(|all| !all.is_empty()).cloned()
    })
    .await;
    assert_eq!(given_up[0]["condition"], "RetryAttemptsExhausted");
    assert_eq!((given_up.len(), &given_up[0]["batchSize"]), (1, &json!(1)));
    let logged = |line: &String| line.contains("ERROR") && line.contains("mapping=\"Deliver\"");
    assert!(stack.edge.log.lines().iter().any(logged), "{}", stack.edge.log.text());
}

#[tokio::test]
async fn a_window_makes_one_batch_of_many_writes() {
    let stack = Stack::with().probe().start().await;
    let (mut witness, letters) = (Client::witness(&stack).await, Letters::of(&stack));
    for id in ["1", "2", "3", "4", "5"] {
        letters.put(letter("collected", id, &witness)).await;
    }
    assert_eq!(ids(&witness.socket.next().await), ["1", "2", "3"], "a full batch does not wait");
    assert_eq!(ids(&witness.socket.next().await), ["4", "5"]);
}

#[tokio::test]
async fn what_a_kill_interrupts_comes_again() {
    let data = directory();
    let mut stack = start(&data).await;
    let witness = Client::witness(&stack).await;
    Letters::of(&stack).put(letter("collected", "before", &witness)).await;
    stack.edge.signal("KILL");
    stack.edge.ended();

    let stack = start(&data).await;
    let mut witness = Client::witness(&stack).await;
    Letters::of(&stack).put(letter("collected", "after", &witness)).await;

    let mut seen = Vec::new();
    while !seen.contains(&"after".to_owned()) {
        seen.extend(ids(&witness.socket.next().await).into_iter().map(str::to_owned));
    }
    let first = report(&stack, "Collect").await;
    assert!(seen[0] == "before" || first["invocations"] == 2, "{seen:?}, {first}");
}

#[tokio::test]
async fn ctrl_c_works_off_what_waits() {
    let data = directory();
    let mut stack = start(&data).await;
    let witness = Client::witness(&stack).await;
    Letters::of(&stack).put(letter("collected", "before", &witness)).await;
    stack.edge.signal("INT");
    assert!(stack.edge.ended().success());

    let stack = start(&data).await;
    let mut witness = Client::witness(&stack).await;
    Letters::of(&stack).put(letter("collected", "after", &witness)).await;

    assert_eq!(ids(&witness.socket.next().await), ["after"]);
    assert_eq!(report(&stack, "Collect").await["invocations"], 1);
}
