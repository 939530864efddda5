//! Says that something was written, so that whoever reads a stream need not poll.

use tokio::sync::watch;

/// The writes to the database. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Writes(watch::Sender<u64>);

impl Writes {
    /// Something was written.
    pub fn signal(&self) {
        self.0.send_modify(|count| *count += 1);
    }

    /// How many there were so far.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
