//! Between an invocation that waits and a process that takes it.

use std::mem;

use axum::body::Bytes;
use uuid::Uuid;

use super::Dispatch;

/// An invocation on its way to a process. Dropped before it is taken, it goes back to the front
/// of the line: the client of the long poll has gone away.
#[derive(Debug)]
pub struct Delivery {
    pub id: Uuid,
    /// Milliseconds since the epoch.
    pub deadline: i64,
    event: Bytes,
    returns_to: Option<Dispatch>,
}

impl Delivery {
    pub(super) fn new(dispatch: &Dispatch, id: Uuid, deadline: i64, event: Bytes) -> Self {
        Self { id, deadline, event, returns_to: Some(dispatch.clone()) }
    }

    /// Size of the event in bytes.
    pub fn size(&self) -> usize {
        self.event.len()
    }

    /// The event, which from now on is the process's business.
    pub fn take(mut self) -> Bytes {
        self.returns_to = None;
        mem::take(&mut self.event)
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if let Some(dispatch) = self.returns_to.take() {
            dispatch.put_back(self.id);
        }
    }
}
