//! What each call touches.

use serde_json::{Value, json};

use super::*;
use crate::iam::Access;

fn tables() -> Vec<TableKeys> {
    let properties = json!({
        "KeySchema": [
            { "AttributeName": "sk", "KeyType": "RANGE" }, { "AttributeName": "pk", "KeyType": "HASH" },
        ],
        "GlobalSecondaryIndexes": [
            { "IndexName": "by-name", "KeySchema": [{ "AttributeName": "name", "KeyType": "HASH" }] },
        ],
    });
    vec![TableKeys::of(&Table { name: "T".into(), properties })]
}

fn accesses(operation: &str, body: &Value) -> Option<Vec<(&'static str, String, Vec<String>)>> {
    let accesses = access::of(&tables(), operation, body.to_string().as_bytes())?;
    let short = |access: Access| {
        let Access { action, resource, leading_keys } = access;
        let (_, resource) = resource.split_once(":table/").expect("a table's");
        (action.trim_start_matches("dynamodb:"), resource.to_owned(), leading_keys)
    };
    Some(accesses.into_iter().map(short).collect())
}

fn key(pk: &str) -> Value {
    json!({ "sk": { "S": "META" }, "pk": { "S": pk } })
}

#[test]
fn a_call_about_one_item_touches_its_key() {
    for operation in ["GetItem", "UpdateItem", "DeleteItem"] {
        let body = json!({ "TableName": "T", "Key": key("ROOM#1"), "Other": { "pk": "x" } });
        let expected = (operation, "T".to_owned(), vec!["ROOM#1".to_owned()]);
        assert_eq!(accesses(operation, &body), Some(vec![expected]));
    }
    let item =
        json!({ "pk": { "S": "ROOM#1" }, "list": { "L": [{ "M": { "pk": { "S": "x" } } }] } });
    let expected = ("PutItem", "T".to_owned(), vec!["ROOM#1".to_owned()]);
    assert_eq!(
        accesses("PutItem", &json!({ "TableName": "T", "Item": item })),
        Some(vec![expected])
    );
}

#[test]
fn a_query_touches_one_partition_of_the_table_or_of_an_index() {
    let query = |index: Option<&str>, condition: &str| {
        let mut body = json!({
            "TableName": "T",
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": { "#n": "name" },
            "ExpressionAttributeValues": { ":k": { "S": "K" }, ":s": { "S": "S" } },
        });
        if let Some(index) = index {
            body["IndexName"] = index.into();
        }
        accesses("Query", &body)
    };
    let expected =
        |resource: &str| Some(vec![("Query", resource.to_owned(), vec!["K".to_owned()])]);
    assert_eq!(query(None, "pk = :k AND sk > :s"), expected("T"));
    assert_eq!(query(Some("by-name"), "#n = :k"), expected("T/index/by-name"));
    assert_eq!(query(Some("unknown"), "#n = :k"), None);
    assert_eq!(query(None, "#n = :k"), None);
    assert_eq!(query(None, "pk = :unknown"), None);
}

#[test]
fn a_batch_is_one_access_and_a_transaction_one_for_each_item() {
    let body = json!({ "RequestItems": { "T": { "Keys": [key("ROOM#1"), key("USER#2")] } } });
    let both = vec!["ROOM#1".to_owned(), "USER#2".to_owned()];
    let expected = vec![("BatchGetItem", "T".to_owned(), both.clone())];
    assert_eq!(accesses("BatchGetItem", &body), Some(expected));

    let requests = json!([{ "PutRequest": { "Item": key("ROOM#1") } }, { "DeleteRequest": { "Key": key("USER#2") } }]);
    let expected = vec![("BatchWriteItem", "T".to_owned(), both)];
    assert_eq!(
        accesses("BatchWriteItem", &json!({ "RequestItems": { "T": requests } })),
        Some(expected)
    );

    let of = |pk: &str| json!({ "TableName": "T", "Key": key(pk) });
    let items = json!([
        { "Put": { "TableName": "T", "Item": key("A") } },
        { "Update": of("B") },
        { "Delete": of("C") },
        { "ConditionCheck": of("D") },
    ]);
    let access = |action, pk: &str| (action, "T".to_owned(), vec![pk.to_owned()]);
    let expected = vec![
        access("PutItem", "A"),
        access("UpdateItem", "B"),
        access("DeleteItem", "C"),
        access("ConditionCheckItem", "D"),
    ];
    let written = accesses("TransactWriteItems", &json!({ "TransactItems": items }));
    assert_eq!(written, Some(expected));
    let items = json!([{ "Get": of("A") }]);
    let read = accesses("TransactGetItems", &json!({ "TransactItems": items }));
    assert_eq!(read, Some(vec![access("GetItem", "A")]));
}

#[test]
fn a_scan_touches_no_key_and_what_cannot_be_read_is_no_access() {
    let scan = json!({ "TableName": "T", "IndexName": "by-name" });
    let expected = ("Scan", "T/index/by-name".to_owned(), Vec::new());
    assert_eq!(accesses("Scan", &scan), Some(vec![expected]));
    for (operation, body) in [
        ("GetItem", json!({ "TableName": "T", "Key": { "sk": { "S": "META" } } })),
        ("GetItem", json!({ "TableName": "T", "Key": { "pk": { "BOOL": true } } })),
        ("GetItem", json!({ "TableName": "unknown", "Key": key("A") })),
        ("PutItem", json!({ "TableName": "T", "Key": key("A") })),
        ("BatchGetItem", json!({})),
        ("TransactWriteItems", json!({ "TransactItems": [{ "Unknown": {} }] })),
        ("ExecuteStatement", json!({ "Statement": "SELECT * FROM T" })),
        ("CreateTable", json!({ "TableName": "U" })),
        ("Query", json!({ "TableName": "T", "KeyConditions": {} })),
    ] {
        assert_eq!(accesses(operation, &body), None, "{operation} {body}");
    }
}
