//! What can go wrong with a function, and with all of them.

use std::{io, path::PathBuf};

use crate::dynamodb::StreamError;

/// Why an invocation has no answer.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// The function answered with an error (an `Err` of the handler or a caught panic).
    #[error("the function failed: {0}")]
    Failed(String),
    #[error("the function's process ended before it answered")]
    Crashed,
    #[error("the function did not answer within its timeout")]
    TimedOut,
    #[error("the function could not be started: {0}")]
    NotStarted(String),
}

/// Why the functions cannot be run at all.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    #[error("the function {function} has no executable at {}", path.display())]
    NoExecutable { function: String, path: PathBuf },
    /// The Runtime API or the guard cannot be started.
    #[error("the Lambda Runtime API cannot be started")]
    NotListening(#[from] io::Error),
}

/// Why a table's changes cannot reach functions.
#[derive(Debug, thiserror::Error)]
#[error("the stream of the table {table} cannot be used")]
pub struct EventSourceError {
    pub table: String,
    pub source: StreamError,
}
