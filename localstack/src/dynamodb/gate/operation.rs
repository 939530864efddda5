//! The operations of the DynamoDB API, each of them one call of the engine.

use axum::http::StatusCode;
use dynoxide::{Database, errors::DynoxideError};
use serde::{Serialize, de::DeserializeOwned};

use crate::dynamodb::{engine::Engine, writes::Writes};

/// Status and body.
type Answer = (StatusCode, String);

/// None for an operation that there is not.
pub fn run(engine: &Engine, writes: &Writes, operation: &str, body: &[u8]) -> Option<Answer> {
    let called = Called { engine, writes, body };
    Some(match operation {
        "BatchExecuteStatement" => called.write(Database::batch_execute_statement),
        "BatchGetItem" => called.read(Database::batch_get_item),
        "BatchWriteItem" => called.write(Database::batch_write_item),
        "CreateTable" => called.read(Database::create_table),
        "DeleteItem" => called.write(Database::delete_item),
        "DeleteTable" => called.read(Database::delete_table),
        "DescribeStream" => called.read(Database::describe_stream),
        "DescribeTable" => called.read(Database::describe_table),
        "DescribeTimeToLive" => called.read(Database::describe_time_to_live),
        "ExecuteStatement" => called.write(Database::execute_statement),
        "ExecuteTransaction" => called.write(Database::execute_transaction),
        "GetItem" => called.read(Database::get_item),
        "GetRecords" => called.read(Database::get_records),
        "GetShardIterator" => called.read(Database::get_shard_iterator),
        "ListStreams" => called.read(Database::list_streams),
        "ListTables" => called.read(Database::list_tables),
        "ListTagsOfResource" => called.read(Database::list_tags_of_resource),
        "PutItem" => called.write(Database::put_item),
        "Query" => called.read(Database::query),
        "Scan" => called.read(Database::scan),
        "TagResource" => called.read(Database::tag_resource),
        "TransactGetItems" => called.read(Database::transact_get_items),
        "TransactWriteItems" => {
            called.write(|database, request| engine.transactions.once(database, request, body))
        }
        "UntagResource" => called.read(Database::untag_resource),
        "UpdateItem" => called.write(Database::update_item),
        "UpdateTable" => called.read(Database::update_table),
        "UpdateTimeToLive" => called.read(Database::update_time_to_live),
        _ => return None,
    })
}

struct Called<'a> {
    engine: &'a Engine,
    writes: &'a Writes,
    body: &'a [u8],
}

impl Called<'_> {
    fn write<Request: DeserializeOwned, Written: Serialize>(
        &self,
        call: impl FnOnce(&Database, Request) -> Result<Written, DynoxideError>,
    ) -> Answer {
        let answer = self.read(call);
        if answer.0 == StatusCode::OK {
            self.writes.signal();
        }
        answer
    }

    fn read<Request: DeserializeOwned, Read: Serialize>(
        &self,
        call: impl FnOnce(&Database, Request) -> Result<Read, DynoxideError>,
    ) -> Answer {
        let request = serde_json::from_slice(self.body).map_err(|error| unreadable(&error));
        let answer = request.and_then(|request| call(self.engine, request));
        match answer {
            Ok(answer) => (StatusCode::OK, serde_json::to_string(&answer).unwrap_or_default()),
            Err(refused) => {
                let status = StatusCode::from_u16(refused.status_code());
                (status.unwrap_or(StatusCode::BAD_REQUEST), refused.to_json())
            }
        }
    }
}

/// What the engine's types find wrong with a value they word as DynamoDB does, between a mark and
/// the place in the body. An SDK writes nothing else that they could not read.
fn unreadable(error: &serde_json::Error) -> DynoxideError {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    match text.split_once("VALIDATION:").or_else(|| text.split_once("VALIDATION_REQUEST:")) {
        Some((_, words)) => DynoxideError::ValidationException(words.to_owned()),
        None => DynoxideError::SerializationException(text.replace("SERIALIZATION:", "")),
    }
}
