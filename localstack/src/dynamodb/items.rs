//! The items of the template's tables, for a developer's eyes.

use std::sync::Arc;

use dynoxide::{Database as Service, errors::DynoxideError};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use super::{Database, engine::Engine, tables};
use crate::template::Table;

/// Items that one call of the engine looks at: between two calls others have their turn.
const PAGE: usize = 500;
/// Items that are looked at altogether.
const MOST_PAGES: usize = 100;

/// Looks into the tables. Clones look into the same ones.
#[derive(Debug, Clone)]
pub struct Items {
    engine: Engine,
    tables: Arc<[Keys]>,
}

/// A table and the attributes that are its key.
#[derive(Debug, Clone)]
struct Keys {
    table: String,
    partition: String,
    sort: Option<String>,
}

/// What is looked for.
#[derive(Debug)]
pub struct Search {
    /// The first table of the template unless it is given.
    pub table: Option<String>,
    /// How the values of the partition key and of the sort key begin.
    pub prefix: String,
    pub sort_prefix: String,
    pub limit: usize,
}

/// Why there are no items to be shown.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("there is no such table, only {0}")]
    UnknownTable(String),
    #[error("the table cannot be searched: {0}")]
    Refused(#[from] DynoxideError),
}

impl Items {
    pub fn of(database: &Database, tables: &[Table]) -> Self {
        let keys = |table: &Table| Keys {
            table: table.name.clone(),
            partition: tables::partition_key(&table.properties).unwrap_or_default(),
            sort: tables::sort_key(&table.properties),
        };
        Self { engine: database.engine.clone(), tables: tables.iter().map(keys).collect() }
    }

    /// The items that begin so, in DynamoDB's JSON, with the tables that there are.
    pub async fn find(&self, search: Search) -> Result<Value, SearchError> {
        let names: Vec<_> = self.tables.iter().map(|keys| keys.table.clone()).collect();
        let wanted = |keys: &&Keys| search.table.as_ref().is_none_or(|table| *table == keys.table);
        let keys = self.tables.iter().find(wanted);
        let keys = keys.ok_or_else(|| SearchError::UnknownTable(names.join(", ")))?.clone();
        let (engine, limit) = (self.engine.clone(), search.limit);
        let request = keys.scan(&search);
        let scanned = spawn_blocking(move || scan(&engine, request, limit));
        let (items, is_complete) = scanned
            .await
            .unwrap_or_else(|error| Err(DynoxideError::InternalServerError(error.to_string())))?;
        Ok(json!({
            "tables": names,
            "table": keys.table,
            "partitionKey": keys.partition,
            "sortKey": keys.sort,
            "items": items,
            "isComplete": is_complete,
        }))
    }
}

impl Keys {
    fn scan(&self, search: &Search) -> Value {
        let mut request = json!({ "TableName": self.table, "Limit": PAGE });
        let prefixes = [
            (Some(&self.partition), "p", &search.prefix),
            (self.sort.as_ref(), "s", &search.sort_prefix),
        ];
        let mut conditions = Vec::new();
        for (attribute, short, prefix) in prefixes {
            if let Some(attribute) = attribute.filter(|_| !prefix.is_empty()) {
                conditions.push(format!("begins_with(#{short}, :{short})"));
                request["ExpressionAttributeNames"][format!("#{short}")] = json!(attribute);
                request["ExpressionAttributeValues"][format!(":{short}")] = json!({ "S": prefix });
            }
        }
        if !conditions.is_empty() {
            request["FilterExpression"] = conditions.join(" AND ").into();
        }
        request
    }
}

/// The first items, and whether they are all.
fn scan(
    engine: &Engine,
    mut request: Value,
    limit: usize,
) -> Result<(Vec<Value>, bool), DynoxideError> {
    let mut items = Vec::new();
    for _ in 0..MOST_PAGES {
        let mut page = engine.call(request.clone(), Service::scan)?;
        if let Value::Array(found) = page["Items"].take() {
            items.extend(found);
        }
        let last = page["LastEvaluatedKey"].take();
        if items.len() > limit || last.is_null() {
            let is_complete = items.len() <= limit;
            items.truncate(limit);
            return Ok((items, is_complete));
        }
        request["ExclusiveStartKey"] = last;
    }
    Ok((items, false))
}
