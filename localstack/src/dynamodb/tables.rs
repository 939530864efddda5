//! The template's tables, created in the engine.

use dynoxide::{Database, errors::DynoxideError};
use serde_json::{Map, Value, json};

use super::{engine::Engine, error::DatabaseError, stream};
use crate::template::Table;

/// What `CreateTable` shares with `AWS::DynamoDB::Table`. The rest (backups, encryption, tags)
/// means nothing here.
const CREATE_TABLE_FIELDS: [&str; 6] = [
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
];

/// Creates one table. False when it was there already.
pub fn create(engine: &Engine, table: &Table) -> Result<bool, DatabaseError> {
    let refused = |error: DynoxideError| refused(&table.name, &error);
    match engine.call(create_table(table), Database::create_table) {
        Ok(_) => {}
        Err(DynoxideError::ResourceInUseException(_)) => {
            return start_stream(engine, table).map(|()| false).map_err(refused);
        }
        Err(error) => return Err(refused(error)),
    }
    if let Some(specification) = table.properties.get("TimeToLiveSpecification") {
        let body = json!({ "TableName": table.name, "TimeToLiveSpecification": specification });
        engine.call(body, Database::update_time_to_live).map_err(refused)?;
    }
    Ok(true)
}

/// Creates the table that keeps the positions of streams, unless it is there.
pub fn create_positions(engine: &Engine) -> Result<(), DatabaseError> {
    let body = stream::create_table();
    let name = body["TableName"].as_str().unwrap_or_default().to_owned();
    match engine.call(body, Database::create_table) {
        Ok(_) | Err(DynoxideError::ResourceInUseException(_)) => Ok(()),
        Err(error) => Err(refused(&name, &error)),
    }
}

pub fn has_stream(table: &Table) -> bool {
    stream_specification(table).is_some()
}

/// Name of the attribute that is the partition key of a table or of an index.
pub fn partition_key(properties: &Value) -> Option<String> {
    key(properties, "HASH")
}

/// Name of the attribute that is the sort key, if there is one.
pub fn sort_key(properties: &Value) -> Option<String> {
    key(properties, "RANGE")
}

fn key(properties: &Value, kind: &str) -> Option<String> {
    let keys = properties.get("KeySchema")?.as_array()?;
    let key = keys.iter().find(|key| key["KeyType"] == kind)?;
    key["AttributeName"].as_str().map(str::to_owned)
}

/// A directory may keep a table from before the template gave it a stream.
fn start_stream(engine: &Engine, table: &Table) -> Result<(), DynoxideError> {
    let Some(specification) = stream_specification(table) else { return Ok(()) };
    let metadata = engine.get_table_metadata(&table.name)?;
    if metadata.is_some_and(|metadata| metadata.stream_enabled) {
        return Ok(());
    }
    let body = json!({ "TableName": table.name, "StreamSpecification": specification });
    engine.call(body, Database::update_table).map(drop)
}

fn refused(table: &str, error: &DynoxideError) -> DatabaseError {
    DatabaseError::Refused { table: table.to_owned(), reason: error.to_string() }
}

fn create_table(table: &Table) -> Value {
    let shared = CREATE_TABLE_FIELDS
        .iter()
        .filter_map(|&name| Some((name.to_owned(), table.properties.get(name)?.clone())));
    let mut body: Map<String, Value> = shared.collect();
    body.insert("TableName".into(), table.name.as_str().into());
    if let Some(specification) = stream_specification(table) {
        body.insert("StreamSpecification".into(), specification);
    }
    body.into()
}

/// The template's way to say it lacks `StreamEnabled`.
fn stream_specification(table: &Table) -> Option<Value> {
    let view = table.properties.pointer("/StreamSpecification/StreamViewType")?;
    Some(json!({ "StreamEnabled": true, "StreamViewType": view }))
}
