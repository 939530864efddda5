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

pub fn unusable(place: &str) -> impl FnOnce(io::Error) -> DatabaseError {
    let place = place.to_owned();
    |source| DatabaseError::Unusable { place, source }
}

pub fn unopened(file: &Path) -> impl FnOnce(DynoxideError) -> DatabaseError {
    let file = file.to_owned();
    move |error| DatabaseError::Unopened { file, reason: error.to_string() }
}
