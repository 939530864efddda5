//! What the journal gets of an invocation: Lambda's `REPORT` line.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;

use super::error::InvokeError;
use crate::journal::{Invocation, Record, Status, cut, milliseconds};

/// An invocation that has begun.
#[derive(Debug)]
pub struct Report<'a> {
    pub function: &'a str,
    pub id: Uuid,
    pub event_request_id: Option<String>,
    pub started: Instant,
}

impl Report<'_> {
    /// It has ended. `init` is how long its process took to start, if it was the first there.
    pub fn end(self, init: Option<Duration>, answer: &Result<Value, InvokeError>) -> Record {
        let invocation = Invocation {
            function: self.function.to_owned(),
            request_id: self.id.to_string(),
            event_request_id: self.event_request_id,
            status: answer.as_ref().map_or_else(status, |_| Status::Success),
            duration_ms: milliseconds(self.started.elapsed()),
            init_duration_ms: init.map(milliseconds),
            error: answer.as_ref().err().map(ToString::to_string),
            response: answer.as_ref().ok().map(cut::value),
        };
        Record::Invocation(invocation)
    }
}

fn status(error: &InvokeError) -> Status {
    match error {
        InvokeError::Failed(_) => Status::Error,
        InvokeError::Crashed | InvokeError::NotStarted(_) => Status::Failure,
        InvokeError::TimedOut => Status::Timeout,
    }
}
