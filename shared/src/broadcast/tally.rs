//! What a broadcast came to, socket by socket.

use std::time::Instant;

use crate::domain::{Event, Subscriber};

/// What the frames of a broadcast to one socket came to, counted in frames.
#[derive(Debug, Default)]
pub(super) struct SocketTally {
    pub delivered: usize,
    /// Its `$connect` was still running.
    pub settling: usize,
    pub throttled: usize,
    pub failed: usize,
    pub first_failure: Option<String>,
    /// The socket is no more.
    pub gone: Option<Subscriber>,
    /// The lease was over before all were posted.
    pub late: bool,
}

/// The outcomes of one broadcast.
pub(super) struct Tally {
    started: Instant,
    sum: SocketTally,
    gone: Vec<Subscriber>,
}

/// The figures of a broadcast: how long it took, and frames by what became of them.
pub(super) struct Outcome {
    pub duration_ms: u64,
    pub delivered: usize,
    pub settling: usize,
    pub gone: usize,
    pub throttled: usize,
    pub failed: usize,
}

impl Tally {
    pub fn started() -> Self {
        Self { started: Instant::now(), sum: SocketTally::default(), gone: Vec::new() }
    }

    /// Adds one socket's.
    pub fn with(mut self, socket: SocketTally) -> Self {
        self.sum.delivered += socket.delivered;
        self.sum.settling += socket.settling;
        self.sum.throttled += socket.throttled;
        self.sum.failed += socket.failed;
        self.sum.late |= socket.late;
        self.sum.first_failure = self.sum.first_failure.or(socket.first_failure);
        self.gone.extend(socket.gone);
        self
    }

    pub fn gone(&self) -> &[Subscriber] {
        &self.gone
    }

    /// Whether the lease was over before all was posted.
    pub fn is_late(&self) -> bool {
        self.sum.late
    }

    /// What the broadcast came to, now that it is over.
    pub fn outcome(&self) -> Outcome {
        let SocketTally { delivered, settling, throttled, failed, .. } = self.sum;
        let duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Outcome { duration_ms, delivered, settling, gone: self.gone.len(), throttled, failed }
    }

    pub fn log(&self, event: &Event, outcome: &Outcome) {
        let &Outcome { duration_ms, delivered, settling, gone, throttled, failed } = outcome;
        let (event, room) = (event.name(), event.room());
        if let Some(error) = &self.sum.first_failure {
            tracing::warn!(event, room.id = %room, failed, first_error = error, "some frames could not be delivered");
        }
        if self.is_late() {
            tracing::warn!(event, room.id = %room, "the broadcast took longer than its lease");
        }
        tracing::info!(
            event, room.id = %room, duration_ms, delivered, settling, throttled, gone, failed,
            "the broadcast is over"
        );
    }
}
