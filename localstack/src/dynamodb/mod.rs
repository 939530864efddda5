//! The embedded DynamoDB: the template's tables, served on loopback to whoever signs.

mod engine;
mod error;
mod expiry;
mod files;
mod gate;
mod items;
mod stream;
mod tables;
#[cfg(test)]
mod tests;
mod transactions;
mod writes;

use std::{path::Path, sync::Arc};

use tokio_util::sync::{CancellationToken, DropGuard};

use crate::template::Table;
use engine::Engine;
pub use error::{DatabaseError, StreamError};
use error::{unopened, unusable};
pub use gate::Gate;
pub use items::{Items, Search};
use stream::Positions;
pub use stream::{READ, Reader, Record, SequenceNumber, Stream};
pub use writes::Writes;

/// Lives until it is dropped. Callers go through a [`Gate`].
#[derive(Debug)]
pub struct Database {
    /// No table was there before: demo data makes sense.
    pub is_new: bool,
    engine: Engine,
    writes: Writes,
    _stop: DropGuard,
}

impl Database {
    /// Opens the database in memory, or as a file in `directory`, and creates the tables that are not
    /// there yet. `writes` hears of each write.
    pub fn open(
        tables: &[Table],
        directory: Option<&Path>,
        writes: Writes,
    ) -> Result<Self, DatabaseError> {
        let place = stream::place(directory);
        if let Some(directory) = directory {
            files::keep_private(directory, &place)
                .map_err(unusable(&directory.display().to_string()))?;
        }
        let engine = Engine::open(&place).map_err(unopened(&place))?;
        let mut is_new = true;
        for table in tables {
            is_new &= tables::create(&engine, table)?;
        }
        if tables.iter().any(tables::has_stream) {
            tables::create_positions(&engine)?;
            stream::improve(&place).map_err(unopened(&place))?;
        }
        let stop = CancellationToken::new();
        tokio::spawn(expiry::sweep(engine.clone(), writes.clone(), stop.clone()));
        Ok(Self { is_new, engine, writes, _stop: stop.drop_guard() })
    }

    /// The stream of a table, with the positions of the mappings that read it.
    pub fn stream(
        &self,
        table: &Table,
        mappings: impl IntoIterator<Item = String>,
    ) -> Result<Stream, StreamError> {
        let positions = Positions::load(self.engine.clone(), &table.name, mappings)?;
        Ok(Stream {
            engine: self.engine.clone(),
            table: table.name.clone(),
            positions: Arc::new(positions),
            writes: self.writes.subscribe(),
        })
    }
}
