//! The embedded database, asked over HTTP as an SDK asks it.

use std::{collections::BTreeMap, env};

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::template::Template;

fn tables() -> Vec<Table> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/template.yaml");
    Template::read(Path::new(file), &BTreeMap::new()).unwrap().tables
}

/// One call as an SDK makes it, apart from the signature, which is checked for form only.
pub async fn call(database: &Database, action: &str, body: Value) -> Value {
    let request = Request::post(format!("http://{}", database.address))
        .header("x-amz-target", format!("DynamoDB_20120810.{action}"))
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-date", "20240101T000000Z")
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=local/20240101/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=host, Signature=0",
        )
        .body(Body::from(body.to_string()));
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.request(request.unwrap()).await.unwrap();
    let bytes = to_bytes(Body::new(answer.into_body()), usize::MAX).await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn the_templates_table_is_created_with_its_keys_and_its_time_to_live() {
    let tables = tables();
    let database = Database::serve(&tables, None, Writes::default()).await.unwrap();
    assert!(database.is_new);
    let name = json!({ "TableName": tables[0].name });
    let described = call(&database, "DescribeTable", name.clone()).await;
    assert_eq!(described["Table"]["KeySchema"][0]["AttributeName"], "pk", "{described}");
    let described = call(&database, "DescribeTimeToLive", name).await;
    assert_eq!(described["TimeToLiveDescription"]["AttributeName"], "expires_at", "{described}");
    database.shutdown().await;
}

#[tokio::test]
async fn a_directory_keeps_the_items() {
    let directory = env::temp_dir().join(format!("database-{}", Uuid::new_v4()));
    let tables = tables();
    let item = json!({ "pk": { "S": "A" }, "sk": { "S": "B" } });
    let first = Database::serve(&tables, Some(&directory), Writes::default()).await.unwrap();
    let body = json!({ "TableName": tables[0].name, "Item": item });
    call(&first, "PutItem", body).await;
    first.shutdown().await;

    let second = Database::serve(&tables, Some(&directory), Writes::default()).await.unwrap();
    assert!(!second.is_new);
    let found = call(&second, "GetItem", json!({ "TableName": tables[0].name, "Key": item })).await;
    assert_eq!(found["Item"], item);
    second.shutdown().await;
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn a_kept_table_gets_the_stream_that_the_template_gives_it_later() {
    let directory = env::temp_dir().join(format!("database-{}", Uuid::new_v4()));
    let with_stream = tables();
    let mut without = with_stream.clone();
    without[0].properties.as_object_mut().unwrap().remove("StreamSpecification");
    let first = Database::serve(&without, Some(&directory), Writes::default()).await.unwrap();
    first.shutdown().await;

    let second = Database::serve(&with_stream, Some(&directory), Writes::default()).await.unwrap();
    let item = json!({ "pk": { "S": "A" }, "sk": { "S": "B" } });
    call(&second, "PutItem", json!({ "TableName": with_stream[0].name, "Item": item })).await;
    let stream = second.stream(&with_stream[0], ["Mapping".to_owned()]).unwrap();
    let records = stream.reader("Mapping", true).unwrap().read().await.unwrap();
    assert_eq!(records[0].body["dynamodb"]["NewImage"], item);
    second.shutdown().await;
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn a_table_that_the_engine_refuses_is_named() {
    let table = Table { name: "things".into(), properties: json!({ "KeySchema": [] }) };
    let error = Database::serve(&[table], None, Writes::default()).await.unwrap_err().to_string();
    assert!(error.starts_with("the table things cannot be created: "), "{error}");
}
