//! What a call of the DynamoDB API touches: its actions, their resources, their partition keys.

use std::collections::HashMap;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::key_condition;
use crate::{
    dynamodb::tables,
    iam::Access,
    template::{ACCOUNT, REGION, Table},
};

/// The attributes that are partition keys.
#[derive(Debug)]
pub struct TableKeys {
    table: String,
    arn: String,
    partition_key: String,
    /// By the index's name.
    indexes: HashMap<String, String>,
}

/// The fields of all requests that say what is touched.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Call<'a> {
    table_name: Option<String>,
    index_name: Option<String>,
    #[serde(borrow)]
    key: Option<Attributes<'a>>,
    #[serde(borrow)]
    item: Option<Attributes<'a>>,
    key_condition_expression: Option<String>,
    expression_attribute_names: Option<HashMap<String, String>>,
    #[serde(borrow)]
    expression_attribute_values: Option<Attributes<'a>>,
    #[serde(borrow)]
    request_items: Option<HashMap<String, &'a RawValue>>,
    #[serde(borrow)]
    transact_items: Option<Vec<HashMap<String, &'a RawValue>>>,
}

/// Values are read only where they are keys.
type Attributes<'a> = HashMap<String, &'a RawValue>;

/// The types that a key can have.
#[derive(Deserialize)]
enum KeyValue {
    S(String),
    N(String),
    B(String),
}

/// Every access of the call, each of which must be allowed. None for a call that cannot be read, or
/// that nothing is known of here.
pub fn of(tables: &[TableKeys], operation: &str, body: &[u8]) -> Option<Vec<Access>> {
    let call: Call = serde_json::from_slice(body).ok()?;
    Some(match operation {
        "BatchGetItem" => batch(tables, "dynamodb:BatchGetItem", &call, got_keys)?,
        "BatchWriteItem" => batch(tables, "dynamodb:BatchWriteItem", &call, written_keys)?,
        "TransactGetItems" | "TransactWriteItems" => transaction(tables, &call)?,
        "Query" => vec![query(tables, &call)?],
        "DeleteItem" | "GetItem" | "PutItem" | "UpdateItem" => {
            vec![one(tables, action(operation)?, &call)?]
        }
        "DescribeTable" | "DescribeTimeToLive" | "Scan" => {
            let keys = table(tables, call.table_name.as_deref()?)?;
            vec![keys.access(action(operation)?, call.index_name.as_deref(), Vec::new())]
        }
        _ => return None,
    })
}

fn action(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "ConditionCheck" => "dynamodb:ConditionCheckItem",
        "Delete" | "DeleteItem" => "dynamodb:DeleteItem",
        "DescribeTable" => "dynamodb:DescribeTable",
        "DescribeTimeToLive" => "dynamodb:DescribeTimeToLive",
        "Get" | "GetItem" => "dynamodb:GetItem",
        "Put" | "PutItem" => "dynamodb:PutItem",
        "Scan" => "dynamodb:Scan",
        "Update" | "UpdateItem" => "dynamodb:UpdateItem",
        _ => return None,
    })
}

/// A call about one item: its key stands in `Key`, or in the `Item` that is put.
fn one(tables: &[TableKeys], action: &'static str, call: &Call) -> Option<Access> {
    let keys = table(tables, call.table_name.as_deref()?)?;
    let attributes = if action == "dynamodb:PutItem" { &call.item } else { &call.key };
    let key = keys.partition_key(attributes.as_ref()?)?;
    Some(keys.access(action, None, vec![key]))
}

fn query(tables: &[TableKeys], call: &Call) -> Option<Access> {
    let keys = table(tables, call.table_name.as_deref()?)?;
    let index = call.index_name.as_deref();
    let attribute = index.map_or(Some(&keys.partition_key), |index| keys.indexes.get(index))?;
    let names = call.expression_attribute_names.as_ref();
    let value = key_condition::value_of(attribute, call.key_condition_expression.as_ref()?, names)?;
    let key = text(call.expression_attribute_values.as_ref()?.get(value)?)?;
    Some(keys.access("dynamodb:Query", index, vec![key]))
}

/// One access for each table: a statement allows all of its keys or none.
fn batch(
    tables: &[TableKeys],
    action: &'static str,
    call: &Call,
    keys_in: fn(&TableKeys, &RawValue) -> Option<Vec<String>>,
) -> Option<Vec<Access>> {
    let access = |(name, requests): (&String, &&RawValue)| {
        let keys = table(tables, name)?;
        Some(keys.access(action, None, keys_in(keys, requests)?))
    };
    call.request_items.as_ref()?.iter().map(access).collect()
}

fn got_keys(table: &TableKeys, requests: &RawValue) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct Gets<'a> {
        #[serde(rename = "Keys", borrow)]
        keys: Vec<Attributes<'a>>,
    }
    let gets: Gets = serde_json::from_str(requests.get()).ok()?;
    gets.keys.iter().map(|key| table.partition_key(key)).collect()
}

fn written_keys(table: &TableKeys, requests: &RawValue) -> Option<Vec<String>> {
    let writes: Vec<HashMap<String, &RawValue>> = serde_json::from_str(requests.get()).ok()?;
    let writes = writes.iter().flatten();
    let key = |(kind, write): (&String, &&RawValue)| {
        let write: Call = serde_json::from_str(write.get()).ok()?;
        let attributes = if kind == "PutRequest" { write.item } else { write.key };
        table.partition_key(&attributes?)
    };
    writes.map(key).collect()
}

/// Each item has the action that it would have by itself.
fn transaction(tables: &[TableKeys], call: &Call) -> Option<Vec<Access>> {
    let items = call.transact_items.as_ref()?.iter().flatten();
    let access = |(kind, item): (&String, &&RawValue)| {
        let item: Call = serde_json::from_str(item.get()).ok()?;
        one(tables, action(kind)?, &item)
    };
    items.map(access).collect()
}

fn table<'t>(tables: &'t [TableKeys], name: &str) -> Option<&'t TableKeys> {
    tables.iter().find(|keys| keys.table == name || keys.arn == name)
}

fn text(value: &RawValue) -> Option<String> {
    match parsed(value)? {
        KeyValue::S(text) | KeyValue::N(text) | KeyValue::B(text) => Some(text),
    }
}

fn parsed<T: DeserializeOwned>(value: &RawValue) -> Option<T> {
    serde_json::from_str(value.get()).ok()
}

impl TableKeys {
    pub fn of(table: &Table) -> Self {
        let properties = &table.properties;
        let indexes = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"]
            .into_iter()
            .filter_map(|kind| properties.get(kind)?.as_array())
            .flatten()
            .filter_map(|index| {
                let name = index["IndexName"].as_str()?.to_owned();
                Some((name, tables::partition_key(index)?))
            });
        Self {
            table: table.name.clone(),
            arn: format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{}", table.name),
            partition_key: tables::partition_key(properties).unwrap_or_default(),
            indexes: indexes.collect(),
        }
    }

    fn access(&self, action: &'static str, index: Option<&str>, keys: Vec<String>) -> Access {
        let resource = match index {
            Some(index) => format!("{}/index/{index}", self.arn),
            None => self.arn.clone(),
        };
        Access { action, resource, leading_keys: keys }
    }

    fn partition_key(&self, attributes: &Attributes) -> Option<String> {
        text(attributes.get(&self.partition_key)?)
    }
}
