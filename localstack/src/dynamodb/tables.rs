//! The template's tables, created in the engine.

use dynoxide::{
    actions::{create_table::CreateTableRequest, update_time_to_live::UpdateTimeToLiveRequest},
    errors::DynoxideError,
};
use serde_json::{Map, Value, json};

use super::error::DatabaseError;
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
pub fn create(engine: &dynoxide::Database, table: &Table) -> Result<bool, DatabaseError> {
    let refused = |reason: String| DatabaseError::Refused { table: table.name.clone(), reason };
    let request: CreateTableRequest =
        serde_json::from_value(create_table(table)).map_err(|error| refused(error.to_string()))?;
    match engine.create_table(request) {
        Ok(_) => {}
        Err(DynoxideError::ResourceInUseException(_)) => return Ok(false),
        Err(error) => return Err(refused(error.to_string())),
    }
    if let Some(specification) = table.properties.get("TimeToLiveSpecification") {
        let body = json!({ "TableName": table.name, "TimeToLiveSpecification": specification });
        let request: UpdateTimeToLiveRequest =
            serde_json::from_value(body).map_err(|error| refused(error.to_string()))?;
        engine.update_time_to_live(request).map_err(|error| refused(error.to_string()))?;
    }
    Ok(true)
}

fn create_table(table: &Table) -> Value {
    let shared = CREATE_TABLE_FIELDS
        .iter()
        .filter_map(|&name| Some((name.to_owned(), table.properties.get(name)?.clone())));
    let mut body: Map<String, Value> = shared.collect();
    body.insert("TableName".into(), table.name.as_str().into());
    if let Some(view) = table.properties.pointer("/StreamSpecification/StreamViewType") {
        let stream = json!({ "StreamEnabled": true, "StreamViewType": view });
        body.insert("StreamSpecification".into(), stream);
    }
    body.into()
}
