//! The embedded DynamoDB: the template's tables, served on loopback to the functions' SDK.

mod error;
mod expiry;
mod tables;
#[cfg(test)]
mod tests;

use std::{fs, io, path::Path, time::Duration};

use dynoxide::server;
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::template::Table;
pub use error::DatabaseError;
use error::{unopened, unusable};

/// A request is a few milliseconds of work on this machine, so this one hangs.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// Lives until [`Database::shutdown`], or until it is dropped.
#[derive(Debug)]
pub struct Database {
    /// `AWS_ENDPOINT_URL_DYNAMODB` of the functions.
    pub url: String,
    /// No table was there before: demo data makes sense.
    pub is_new: bool,
    stop: DropGuard,
    server: JoinHandle<Result<(), String>>,
}

impl Database {
    /// Opens the database in memory, or as a file in `directory`, creates the tables that are not
    /// there yet and serves all of them.
    pub async fn serve(tables: &[Table], directory: Option<&Path>) -> Result<Self, DatabaseError> {
        let engine = open(directory)?;
        let mut is_new = true;
        for table in tables {
            is_new &= tables::create(&engine, table)?;
        }
        let (listener, url) = listen().await.map_err(unusable("127.0.0.1"))?;
        let stop = CancellationToken::new();
        tokio::spawn(expiry::sweep(engine.clone(), stop.clone()));
        let server = server::serve_with_shutdown(listener, engine, stop.clone().cancelled_owned());
        Ok(Self { url, is_new, stop: stop.drop_guard(), server: tokio::spawn(server) })
    }

    /// Lets running requests finish, for a while, and closes the file.
    pub async fn shutdown(self) {
        drop(self.stop);
        if timeout(SHUTDOWN_TIMEOUT, self.server).await.is_err() {
            tracing::warn!("A database request did not finish in time");
        }
    }
}

fn open(directory: Option<&Path>) -> Result<dynoxide::Database, DatabaseError> {
    let Some(directory) = directory else {
        return dynoxide::Database::memory().map_err(unopened(Path::new("in memory")));
    };
    fs::create_dir_all(directory).map_err(unusable(&directory.display().to_string()))?;
    let file = directory.join("dynamodb.sqlite");
    dynoxide::Database::new(&file.to_string_lossy()).map_err(unopened(&file))
}

async fn listen() -> io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}
