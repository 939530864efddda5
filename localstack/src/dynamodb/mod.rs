//! The embedded DynamoDB: the template's tables, served on loopback to the functions' SDK.

mod engine;
mod error;
mod expiry;
mod gate;
mod items;
mod stream;
mod tables;
#[cfg(test)]
mod tests;
mod writes;

use std::{fs, io, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use dynoxide::server;
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
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

/// A request is a few milliseconds of work on this machine, so this one hangs.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// Lives until [`Database::shutdown`], or until it is dropped.
#[derive(Debug)]
pub struct Database {
    /// Where its own server listens, which believes everybody. Callers go through a [`Gate`].
    pub address: SocketAddr,
    /// No table was there before: demo data makes sense.
    pub is_new: bool,
    engine: Engine,
    writes: Writes,
    stop: DropGuard,
    server: JoinHandle<Result<(), String>>,
}

impl Database {
    /// Opens the database in memory, or as a file in `directory`, creates the tables that are not
    /// there yet and serves all of them. `writes` hears of each write.
    pub async fn serve(
        tables: &[Table],
        directory: Option<&Path>,
        writes: Writes,
    ) -> Result<Self, DatabaseError> {
        let place = stream::place(directory);
        let engine = open(directory, &place)?;
        let mut is_new = true;
        for table in tables {
            is_new &= tables::create(&engine, table)?;
        }
        if tables.iter().any(tables::has_stream) {
            tables::create_positions(&engine)?;
            stream::improve(&place).map_err(unopened(&place))?;
        }
        let (listener, address) = listen().await.map_err(unusable("127.0.0.1"))?;
        let stop = CancellationToken::new();
        tokio::spawn(expiry::sweep(engine.clone(), writes.clone(), stop.clone()));
        let stopped = stop.clone().cancelled_owned();
        let server = tokio::spawn(server::serve_with_shutdown(
            listener,
            dynoxide::Database::clone(&engine),
            stopped,
        ));
        Ok(Self { address, is_new, engine, writes, stop: stop.drop_guard(), server })
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
            partition_key: tables::partition_key(&table.properties)
                .ok_or(StreamError::Unreadable("KeySchema"))?,
            positions: Arc::new(positions),
            writes: self.writes.subscribe(),
        })
    }

    /// Lets running requests finish, for a while, and closes the file.
    pub async fn shutdown(self) {
        drop(self.stop);
        if timeout(SHUTDOWN_TIMEOUT, self.server).await.is_err() {
            tracing::warn!("A database request did not finish in time");
        }
    }
}

fn open(directory: Option<&Path>, place: &Path) -> Result<Engine, DatabaseError> {
    if let Some(directory) = directory {
        fs::create_dir_all(directory).map_err(unusable(&directory.display().to_string()))?;
    }
    Engine::open(place).map_err(unopened(place))
}

async fn listen() -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}
