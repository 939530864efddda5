//! How far each mapping has consumed a table's stream. Kept in the engine, and so with `--data`.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use dynoxide::{Database, errors::DynoxideError};
use serde_json::{Map, Value, json};

use super::{
    SequenceNumber,
    records_table::{HORIZON, POSITIONS, TABLE},
};
use crate::dynamodb::engine::Engine;

/// Body of the `CreateTable` call for the table that keeps all positions.
pub fn create_table() -> Value {
    json!({
        "TableName": POSITIONS,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": TABLE, "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": TABLE, "KeyType": "HASH" }],
    })
}

/// The positions of all mappings over one table's stream.
#[derive(Debug)]
pub struct Positions {
    engine: Engine,
    table: String,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// `None` is a mapping that has never read.
    consumed: BTreeMap<String, Option<SequenceNumber>>,
    is_kept: bool,
}

impl Positions {
    /// What was kept of these mappings. Others, of an earlier template, are forgotten: they would
    /// hold up the trimming for ever.
    pub fn load(
        engine: Engine,
        table: &str,
        mappings: impl IntoIterator<Item = String>,
    ) -> Result<Self, DynoxideError> {
        let key = json!({ "TableName": POSITIONS, "Key": { TABLE: { "S": table } } });
        let found = engine.call(key, Database::get_item)?;
        let kept = |mapping: &str| {
            let text = found.pointer("/Item/consumed/M")?.get(mapping)?.get("S")?;
            text.as_str()?.parse().ok()
        };
        let consumed = mappings.into_iter().map(|mapping| {
            let position = kept(&mapping);
            (mapping, position)
        });
        let state = State { consumed: consumed.collect(), is_kept: true };
        Ok(Self { engine, table: table.to_owned(), state: Mutex::new(state) })
    }

    pub fn of(&self, mapping: &str) -> Option<SequenceNumber> {
        self.lock().consumed.get(mapping).copied().flatten()
    }

    /// The mapping has consumed everything up to and with this record.
    pub fn advance(&self, mapping: &str, to: SequenceNumber) {
        let mut state = self.lock();
        if let Some(position) = state.consumed.get_mut(mapping)
            && position.is_none_or(|position| position < to)
        {
            *position = Some(to);
            state.is_kept = false;
        }
    }

    /// Writes what has changed, and trims the stream up to the slowest mapping.
    pub fn keep(&self) -> Result<(), DynoxideError> {
        let item = {
            let mut state = self.lock();
            if state.is_kept {
                return Ok(());
            }
            state.is_kept = true;
            state.item(&self.table)
        };
        let body = json!({ "TableName": POSITIONS, "Item": item });
        let put = self.engine.call(body, Database::put_item);
        if put.is_err() {
            self.lock().is_kept = false;
        }
        put.map(drop)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn item(&self, table: &str) -> Value {
        let text = |position: SequenceNumber| json!({ "S": position.to_string() });
        let consumed = self.consumed.iter();
        let consumed: Map<String, Value> = consumed
            .filter_map(|(mapping, position)| Some((mapping.clone(), text((*position)?))))
            .collect();
        // The last consumed record stays, so that the numbers after it are higher than its number
        // whatever the clock says.
        let slowest = self.consumed.values().copied().min().flatten();
        let horizon = slowest.map_or(0, SequenceNumber::stored);
        json!({
            TABLE: { "S": table },
            HORIZON: { "S": horizon.to_string() },
            "consumed": { "M": consumed },
        })
    }
}
