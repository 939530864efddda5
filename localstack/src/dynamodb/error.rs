//! Why there is no database.

use std::{
    io,
    path::{Path, PathBuf},
};

use dynoxide::errors::DynoxideError;

#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The directory or the loopback port cannot be used.
    #[error("the database cannot use {place}")]
    Unusable { place: String, source: io::Error },
    #[error("the database {} cannot be opened: {reason}", file.display())]
    Unopened { file: PathBuf, reason: String },
    /// The engine refuses a table of the template.
    #[error("the table {table} cannot be created: {reason}")]
    Refused { table: String, reason: String },
}

/// Why a table's stream cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    #[error("the stream cannot be read: {0}")]
    Refused(#[from] DynoxideError),
    /// The engine gives it in another form.
    #[error("the stream's {0} cannot be read")]
    Unreadable(&'static str),
}

pub fn unusable(place: &str) -> impl FnOnce(io::Error) -> DatabaseError {
    let place = place.to_owned();
    |source| DatabaseError::Unusable { place, source }
}

pub fn unopened<E: ToString>(file: &Path) -> impl FnOnce(E) -> DatabaseError {
    let file = file.to_owned();
    move |error| DatabaseError::Unopened { file, reason: error.to_string() }
}
