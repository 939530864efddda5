//! The stream as its mappings read it, and what a write costs however many records there are.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use dynoxide::{actions::put_item, storage::Storage};

use super::*;
use crate::{
    dynamodb::{Writes, tables},
    template::Table,
};

fn letters() -> Table {
    table("letters", &[("id", "HASH")])
}

fn table(name: &str, keys: &[(&str, &str)]) -> Table {
    let attribute = |(name, _): &_| json!({ "AttributeName": name, "AttributeType": "S" });
    let key = |(name, kind): &_| json!({ "AttributeName": name, "KeyType": kind });
    let properties = json!({
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": keys.iter().map(attribute).collect::<Vec<_>>(),
        "KeySchema": keys.iter().map(key).collect::<Vec<_>>(),
        "StreamSpecification": { "StreamViewType": "NEW_AND_OLD_IMAGES" },
        "TimeToLiveSpecification": { "AttributeName": "expires_at", "Enabled": true },
    });
    Table { name: name.into(), properties }
}

/// An engine with a table and its stream, and the place where it can be opened again.
struct Post {
    engine: Engine,
    place: std::path::PathBuf,
}

impl Post {
    fn open() -> Self {
        let place = place(None);
        let engine = Engine::open(&place).unwrap();
        tables::create(&engine, &letters()).unwrap();
        tables::create_positions(&engine).unwrap();
        improve(&place).unwrap();
        Self { engine, place }
    }

    fn stream(&self, mappings: &[&str]) -> Stream {
        self.stream_of("letters", mappings)
    }

    fn stream_of(&self, table: &str, mappings: &[&str]) -> Stream {
        let names = mappings.iter().map(|&name| name.to_owned());
        Stream {
            engine: self.engine.clone(),
            table: table.into(),
            positions: Arc::new(Positions::load(self.engine.clone(), table, names).unwrap()),
            writes: Writes::default().subscribe(),
        }
    }

    fn put(&self, id: &str) {
        self.engine.call(put(id), Database::put_item).unwrap();
    }

    fn kept_records(&self) -> u64 {
        let connection = rusqlite::Connection::open(&self.place).unwrap();
        let count = "SELECT COUNT(*) FROM _stream_records";
        connection.query_row(count, [], |row| row.get(0)).unwrap()
    }
}

fn put(id: &str) -> Value {
    json!({ "TableName": "letters", "Item": { "id": { "S": id } } })
}

#[tokio::test]
async fn a_change_is_a_record_as_aws_gives_it() {
    let post = Post::open();
    let mut reader = post.stream(&["Reader"]).reader("Reader", true).unwrap();
    post.put("a");
    post.put("a");
    let key = json!({ "TableName": "letters", "Key": { "id": { "S": "a" } } });
    post.engine.call(key, Database::delete_item).unwrap();

    let records = reader.read().await.unwrap();

    let names: Vec<_> = records.iter().map(|record| &record.body["eventName"]).collect();
    assert_eq!(names, ["INSERT", "MODIFY", "REMOVE"]);
    assert!(records.is_sorted_by(|one, next| one.sequence < next.sequence));
    let [inserted, ..] = records.as_slice() else { panic!("no record") };
    assert_eq!(inserted.item, r#"{"id":{"S":"a"}}"#);
    let body = &inserted.body;
    assert_eq!(
        (&body["awsRegion"], &body["eventSource"]),
        (&json!(REGION), &json!("aws:dynamodb"))
    );
    assert_eq!(body["dynamodb"]["ApproximateCreationDateTime"], inserted.written_at);
    assert_eq!(body["dynamodb"]["SequenceNumber"], inserted.sequence.to_string());
    assert_eq!(body["dynamodb"]["NewImage"], json!({ "id": { "S": "a" } }));
    assert!(body["dynamodb"].get("OldImage").is_none());
    assert_eq!(reader.read().await.unwrap().len(), 0, "once");
}

/// Lambda keeps the order of one item's records. Two items of one partition are two lanes.
#[tokio::test]
async fn a_record_is_of_its_item_and_not_of_its_partition() {
    let post = Post::open();
    tables::create(&post.engine, &table("pages", &[("book", "HASH"), ("page", "RANGE")])).unwrap();
    for page in ["1", "2", "1"] {
        let item = json!({ "book": { "S": "a" }, "page": { "S": page } });
        let put = json!({ "TableName": "pages", "Item": item });
        post.engine.call(put, Database::put_item).unwrap();
        let key = json!({ "TableName": "pages", "Key": item });
        post.engine.call(key, Database::delete_item).unwrap();
    }
    let mut reader = post.stream_of("pages", &["Reader"]).reader("Reader", true).unwrap();
    let records = reader.read().await.unwrap();
    let items: Vec<&str> = records.iter().map(|record| record.item.as_str()).collect();
    let item = |page| json!({ "book": { "S": "a" }, "page": { "S": page } }).to_string();
    assert_eq!(items, ["1", "1", "2", "2", "1", "1"].map(item));
}

#[tokio::test]
async fn an_expiry_is_a_removal_by_the_service() {
    let post = Post::open();
    let item = json!({ "id": { "S": "a" }, "expires_at": { "N": "1" } });
    let body = json!({ "TableName": "letters", "Item": item });
    post.engine.call(body, Database::put_item).unwrap();
    post.engine.sweep_ttl().unwrap();
    let mut reader = post.stream(&["Reader"]).reader("Reader", true).unwrap();
    let removed = reader.read().await.unwrap().pop().unwrap().body;
    assert_eq!(removed["eventName"], "REMOVE");
    let service = json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" });
    assert_eq!(removed["userIdentity"], service);
}

#[tokio::test]
async fn a_mapping_goes_on_from_its_kept_position_and_the_slowest_holds_the_records() {
    let post = Post::open();
    let stream = post.stream(&["Fast", "Slow"]);
    for id in ["a", "b", "c"] {
        post.put(id);
    }
    let records = stream.reader("Fast", true).unwrap().read().await.unwrap();
    stream.consumed("Fast", records[2].sequence);
    stream.keep_positions().await.unwrap();
    assert_eq!(post.kept_records(), 3, "Slow has read nothing");
    stream.consumed("Slow", records[1].sequence);
    stream.consumed("Slow", records[0].sequence);
    stream.keep_positions().await.unwrap();
    assert_eq!(post.kept_records(), 2, "the last consumed one stays");

    let again = post.stream(&["Fast", "Slow"]);
    assert_eq!(again.reader("Fast", true).unwrap().read().await.unwrap().len(), 0);
    let left = again.reader("Slow", true).unwrap().read().await.unwrap();
    assert_eq!(left[0].body["dynamodb"]["Keys"]["id"]["S"], "c");
    assert_eq!(post.stream(&["New"]).reader("New", false).unwrap().read().await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_mapping_that_is_gone_holds_up_nothing() {
    let post = Post::open();
    for id in ["a", "b"] {
        post.put(id);
    }
    let before = post.stream(&["Kept", "Gone"]);
    let records = before.reader("Kept", true).unwrap().read().await.unwrap();
    before.consumed("Gone", records[0].sequence);
    before.keep_positions().await.unwrap();
    let after = post.stream(&["Kept"]);
    after.consumed("Kept", records[1].sequence);
    after.keep_positions().await.unwrap();
    assert_eq!(post.kept_records(), 1);
}

/// What `SQLite` does for one put, counted in instructions of its virtual machine. The engine's own
/// code runs, on a connection that can be watched.
fn work_of_a_put(post: &Post, id: &str) -> u64 {
    let storage = Storage::new(&post.place.to_string_lossy()).unwrap();
    let steps = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&steps);
    let count = move || {
        counted.fetch_add(1, Relaxed);
        false
    };
    storage.conn().progress_handler(1, Some(count));
    let request = serde_json::from_value(put(id)).unwrap();
    futures_util::FutureExt::now_or_never(put_item::execute(&storage, request)).unwrap().unwrap();
    steps.load(Relaxed)
}

/// The engine's table is private. When this fails after an update of dynoxide-rs, its shape or its
/// queries are no longer those that `records_table.rs` cures.
#[test]
fn the_five_thousandth_record_costs_what_the_first_did() {
    let post = Post::open();
    (0..10).for_each(|number| post.put(&number.to_string()));
    let first = work_of_a_put(&post, "first");
    (0..5000).for_each(|number| post.put(&number.to_string()));
    let last = work_of_a_put(&post, "last");
    assert!(last <= first + first / 4, "{first} instructions at first, {last} at last");
}

#[tokio::test]
async fn reading_on_costs_the_same_however_many_records_are_kept() {
    let post = Post::open();
    let plan = |after: i64| {
        let storage = Storage::new(&post.place.to_string_lossy()).unwrap();
        let steps = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&steps);
        storage.conn().progress_handler(
            1,
            Some(move || {
                counted.fetch_add(1, Relaxed);
                false
            }),
        );
        storage.get_stream_records("letters", &shard_id("letters"), after, READ).unwrap();
        steps.load(Relaxed)
    };
    let short = plan(i64::MAX);
    (0..2000).for_each(|number| post.put(&number.to_string()));
    let long = plan(i64::MAX);
    assert!(long <= short + short / 4, "{short} instructions at first, {long} at last");
}

#[tokio::test]
async fn a_write_through_the_gate_is_heard() {
    let writes = Writes::default();
    let database = crate::dynamodb::Database::open(&[letters()], None, writes.clone()).unwrap();
    let mut heard = writes.subscribe();
    let get = json!({ "TableName": "letters", "Key": { "id": { "S": "a" } } });
    crate::dynamodb::tests::call(&database, "GetItem", &get);
    assert!(!heard.has_changed().unwrap(), "a read is no write");
    crate::dynamodb::tests::call(&database, "PutItem", &put("a"));
    assert!(heard.has_changed().unwrap());
    heard.mark_unchanged();
}
