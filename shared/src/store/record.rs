//! Between items and domain types.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use super::{StoreError, keys::Key};

/// An item as DynamoDB has it.
pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) const EXPIRES_AT: &str = "expires_at";

/// The item with this key and these attributes.
pub(super) fn item(key: &Key, body: &impl Serialize) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(body)?;
    item.extend(key.attributes());
    Ok(item)
}

/// The same, deleted by DynamoDB some time after `expires_at`.
pub(super) fn expiring_item(
    key: &Key,
    body: &impl Serialize,
    expires_at: Timestamp,
) -> Result<Item, StoreError> {
    let mut item = item(key, body)?;
    item.insert(EXPIRES_AT.to_owned(), number(expires_at.as_second()));
    Ok(item)
}

/// The domain type in an item.
pub(super) fn parse<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    Ok(serde_dynamo::from_item(item)?)
}

/// The domain type in an item that may be absent.
pub(super) fn parse_optional<T: DeserializeOwned>(
    item: Option<Item>,
) -> Result<Option<T>, StoreError> {
    item.map(parse).transpose()
}

/// Whether the item should be treated as absent.
pub(super) fn has_expired(item: &Item, now: Timestamp) -> bool {
    item.get(EXPIRES_AT)
        .and_then(|value| value.as_n().ok())
        .and_then(|seconds| seconds.parse::<i64>().ok())
        .is_some_and(|seconds| seconds <= now.as_second())
}

pub(super) fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// One attribute of an item.
pub(super) fn field<T: DeserializeOwned>(item: &Item, name: &'static str) -> Result<T, StoreError> {
    let value = item.get(name).cloned().ok_or(StoreError::Incomplete(name))?;
    Ok(serde_dynamo::from_attribute_value(value)?)
}
