//! What the edge has seen lately, for a developer's eyes: in memory and bounded.
//!
//! Writing is cheap, for it happens whether or not anybody looks. Credentials are taken out where records are read,
//! and nothing else reads them.

pub mod cut;
mod mask;
mod posts;
mod record;
mod ring;
#[cfg(test)]
mod tests;

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use jiff::Timestamp;
use serde_json::{Value, json};

pub use self::{
    mask::value as masked,
    posts::Posted,
    record::{Batch, Event, Invocation, Record, Status, milliseconds},
};
use self::{
    posts::Posts,
    ring::{Entry, Rings},
};

/// Clones write into the same one.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    is_paused: Arc<AtomicBool>,
    rings: Arc<Mutex<Rings>>,
    posts: Arc<Posts>,
}

impl Journal {
    /// `callers` are those whose posts are counted, by their names.
    pub fn new(callers: impl IntoIterator<Item = String>) -> Self {
        Self { posts: Arc::new(Posts::of(callers)), ..Self::default() }
    }

    /// Writes a record down. While the journal is paused, it is not even made.
    pub fn write(&self, record: impl FnOnce() -> Record) {
        if !self.is_paused() {
            let entry = Entry::new(now(), &record());
            self.rings().push(entry);
        }
    }

    /// Writes down an event that is on its way to its function.
    pub fn event(&self, function: &str, event: &Value) {
        self.write(|| Record::Event(Event::new(function, event)));
    }

    /// Counts a post to a connection.
    pub fn post(&self, posted: Posted<'_>) {
        if !self.is_paused() && self.posts.count(posted) {
            tokio::spawn(posts::write_down(self.clone(), posted.caller.to_owned()));
        }
    }

    pub fn pause(&self, is_paused: bool) {
        self.is_paused.store(is_paused, Relaxed);
    }

    pub fn clear(&self) {
        self.rings().clear();
    }

    /// The records after this number, in order, as `{"isPaused", "last", "records"}`. `last` is the number to ask
    /// with the next time; a lower one than before is another run's.
    pub fn after(&self, number: u64) -> Value {
        let (last, newer) = self.rings().after(number);
        let shown = newer.iter().map(Entry::shown);
        json!({ "isPaused": self.is_paused(), "last": last, "records": shown.collect::<Vec<_>>() })
    }

    fn is_paused(&self) -> bool {
        self.is_paused.load(Relaxed)
    }

    fn rings(&self) -> MutexGuard<'_, Rings> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::disallowed_methods, reason = "a record says when it was written, here")]
fn now() -> Timestamp {
    Timestamp::now()
}
