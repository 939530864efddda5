//! The database engine, called as its server calls it: JSON in, JSON out.

use std::{fmt, ops::Deref, path::Path, sync::Arc};

use dynoxide::{Database, errors::DynoxideError};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::transactions::Transactions;

/// Clones are the same engine. A call waits for its lock, which a long request may hold.
#[derive(Clone)]
pub struct Engine {
    database: Database,
    pub transactions: Arc<Transactions>,
}

impl Engine {
    pub fn open(place: &Path) -> Result<Self, DynoxideError> {
        let database = Database::new(&place.to_string_lossy())?;
        Ok(Self { database, transactions: Arc::default() })
    }

    /// One call, such as `engine.call(body, Database::put_item)`.
    pub fn call<Request: DeserializeOwned, Answer: Serialize>(
        &self,
        body: Value,
        call: impl FnOnce(&Database, Request) -> Result<Answer, DynoxideError>,
    ) -> Result<Value, DynoxideError> {
        let unread =
            |error: serde_json::Error| DynoxideError::ValidationException(error.to_string());
        let answer = call(&self.database, serde_json::from_value(body).map_err(unread)?)?;
        serde_json::to_value(answer).map_err(unread)
    }
}

impl Deref for Engine {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Engine")
    }
}
