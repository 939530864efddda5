//! The embedded database, asked as an SDK asks it.

use std::{env, fs, os::unix::fs::PermissionsExt};

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::template::{Overrides, Template};

fn tables() -> Vec<Table> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/template.yaml");
    Template::read(Path::new(file), &Overrides::default()).unwrap().tables
}

/// One call as an SDK makes it, past the gate.
pub fn call(database: &Database, operation: &str, body: &Value) -> Value {
    let Database { engine, writes, .. } = database;
    let body = body.to_string();
    let (_, answer) = gate::operation::run(engine, writes, operation, body.as_bytes()).unwrap();
    serde_json::from_str(&answer).unwrap()
}

#[tokio::test]
async fn the_templates_table_is_created_with_its_keys_and_its_time_to_live() {
    let tables = tables();
    let database = Database::open(&tables, None, Writes::default()).unwrap();
    assert!(database.is_new);
    let name = json!({ "TableName": tables[0].name });
    let described = call(&database, "DescribeTable", &name);
    assert_eq!(described["Table"]["KeySchema"][0]["AttributeName"], "pk", "{described}");
    let described = call(&database, "DescribeTimeToLive", &name);
    assert_eq!(described["TimeToLiveDescription"]["AttributeName"], "expires_at", "{described}");
    drop(database);
}

#[tokio::test]
async fn a_directory_keeps_the_items() {
    let directory = env::temp_dir().join(format!("database-{}", Uuid::new_v4()));
    let tables = tables();
    let item = json!({ "pk": { "S": "A" }, "sk": { "S": "B" } });
    let first = Database::open(&tables, Some(&directory), Writes::default()).unwrap();
    let body = json!({ "TableName": tables[0].name, "Item": item });
    call(&first, "PutItem", &body);
    drop(first);

    let second = Database::open(&tables, Some(&directory), Writes::default()).unwrap();
    assert!(!second.is_new);
    let found = call(&second, "GetItem", &json!({ "TableName": tables[0].name, "Key": item }));
    assert_eq!(found["Item"], item);
    drop(second);
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn a_kept_table_gets_the_stream_that_the_template_gives_it_later() {
    let directory = env::temp_dir().join(format!("database-{}", Uuid::new_v4()));
    let with_stream = tables();
    let mut without = with_stream.clone();
    without[0].properties.as_object_mut().unwrap().remove("StreamSpecification");
    let first = Database::open(&without, Some(&directory), Writes::default()).unwrap();
    drop(first);

    let second = Database::open(&with_stream, Some(&directory), Writes::default()).unwrap();
    let item = json!({ "pk": { "S": "A" }, "sk": { "S": "B" } });
    call(&second, "PutItem", &json!({ "TableName": with_stream[0].name, "Item": item }));
    let stream = second.stream(&with_stream[0], ["Mapping".to_owned()]).unwrap();
    let records = stream.reader("Mapping", true).unwrap().read().await.unwrap();
    assert_eq!(records[0].body["dynamodb"]["NewImage"], item);
    drop(second);
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn a_table_that_the_engine_refuses_is_named() {
    let table = Table { name: "things".into(), properties: json!({ "KeySchema": [] }) };
    let error = Database::open(&[table], None, Writes::default()).unwrap_err().to_string();
    assert!(error.starts_with("the table things cannot be created: "), "{error}");
}

#[tokio::test]
async fn what_people_say_is_for_the_owner_of_the_files_only() {
    let directory = env::temp_dir().join(format!("database-{}", Uuid::new_v4()));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    // The second time everybody may read them, as earlier versions left them.
    for _ in 0..2 {
        let database = Database::open(&tables(), Some(&directory), Writes::default()).unwrap();
        assert_eq!(mode(&directory), 0o700);
        let files: Vec<_> =
            fs::read_dir(&directory).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(!files.is_empty());
        for file in &files {
            assert_eq!(mode(file), 0o600, "{}", file.display());
        }
        drop(database);
        for path in files.iter().chain([&directory]) {
            // Some are gone with the database.
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o755));
        }
    }
    let other = directory.join("somebody's");
    fs::write(&other, "").unwrap();
    drop(Database::open(&tables(), Some(&directory), Writes::default()).unwrap());
    assert_eq!(mode(&directory), 0o755, "a directory of somebody else's files keeps its mode");
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn a_transaction_that_is_repeated_with_its_token_counts_once() {
    let tables = tables();
    let database = Database::open(&tables, None, Writes::default()).unwrap();
    let count_up = |by: u8| {
        let update = json!({
            "TableName": tables[0].name,
            "Key": { "pk": { "S": "A" }, "sk": { "S": "B" } },
            "UpdateExpression": "ADD times :by",
            "ExpressionAttributeValues": { ":by": { "N": by.to_string() } },
        });
        json!({ "ClientRequestToken": "the same", "TransactItems": [{ "Update": update }] })
    };
    for _ in 0..3 {
        assert_eq!(call(&database, "TransactWriteItems", &count_up(1)), json!({}));
    }
    let refused = call(&database, "TransactWriteItems", &count_up(2));
    let name = refused["__type"].as_str().unwrap();
    assert!(name.ends_with("#IdempotentParameterMismatchException"), "{refused}");
    let mut too_long = count_up(1);
    too_long["ClientRequestToken"] = "t".repeat(37).into();
    let refused = call(&database, "TransactWriteItems", &too_long);
    assert!(refused["__type"].as_str().unwrap().ends_with("#ValidationException"), "{refused}");

    let times = || {
        let key = json!({ "pk": { "S": "A" }, "sk": { "S": "B" } });
        let body = json!({ "TableName": tables[0].name, "Key": key });
        call(&database, "GetItem", &body)["Item"]["times"]["N"].clone()
    };
    assert_eq!(times(), "1");
    // The engine was told of no token: it would remember this one, and look at it in each transaction.
    database.engine.call(count_up(2), dynoxide::Database::transact_write_items).unwrap();
    assert_eq!(times(), "3");
    drop(database);
}
