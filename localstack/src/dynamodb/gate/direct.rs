//! Calls about items, answered by the engine without its server in between.
//!
//! The server checks how a request is written before the engine does; what an SDK writes always
//! passes. So what the engine refuses is left to the server, which words it as DynamoDB does: nothing
//! was written. Conditions that do not hold are the exception: they are a normal answer.

use axum::http::StatusCode;
use dynoxide::{Database, errors::DynoxideError};
use serde::{Serialize, de::DeserializeOwned};

use crate::dynamodb::engine::Engine;

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: String,
    pub has_written: bool,
}

/// None for what the server has to answer.
pub fn answer(engine: &Engine, operation: &str, body: &[u8]) -> Option<Answer> {
    let called = Called { engine, body };
    match operation {
        "BatchGetItem" => called.read(Database::batch_get_item),
        "BatchWriteItem" => called.write(Database::batch_write_item),
        "DeleteItem" => called.write(Database::delete_item),
        "GetItem" => called.read(Database::get_item),
        "PutItem" => called.write(Database::put_item),
        "Query" => called.read(Database::query),
        "TransactGetItems" => called.read(Database::transact_get_items),
        "TransactWriteItems" => called.write(Database::transact_write_items),
        "UpdateItem" => called.write(Database::update_item),
        _ => None,
    }
}

struct Called<'a> {
    engine: &'a Engine,
    body: &'a [u8],
}

impl Called<'_> {
    fn write<Request: DeserializeOwned, Written: Serialize>(
        &self,
        call: impl FnOnce(&Database, Request) -> Result<Written, DynoxideError>,
    ) -> Option<Answer> {
        let answer = self.read(call)?;
        Some(Answer { has_written: answer.status == StatusCode::OK, ..answer })
    }

    fn read<Request: DeserializeOwned, Read: Serialize>(
        &self,
        call: impl FnOnce(&Database, Request) -> Result<Read, DynoxideError>,
    ) -> Option<Answer> {
        let request = serde_json::from_slice(self.body).ok()?;
        let (status, body) = match call(self.engine, request) {
            Ok(answer) => (StatusCode::OK, serde_json::to_string(&answer).unwrap_or_default()),
            Err(
                refused @ (DynoxideError::ConditionalCheckFailedException(..)
                | DynoxideError::TransactionCanceledException(..)),
            ) => (StatusCode::BAD_REQUEST, refused.to_json()),
            Err(_) => return None,
        };
        Some(Answer { status, body, has_written: false })
    }
}
