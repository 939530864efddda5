//! What a broadcast came to, one outcome per socket.

use std::time::Instant;

use super::post::Delivery;
use crate::domain::{Event, Subscriber};

/// The outcomes of one broadcast.
pub(super) struct Tally {
    started: Instant,
    delivered: usize,
    settling: usize,
    throttled: usize,
    failed: usize,
    gone: Vec<Subscriber>,
    first_failure: Option<String>,
}

/// The figures of a broadcast: how long it took, and sockets by what became of their frame.
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
        Self {
            started: Instant::now(),
            delivered: 0,
            settling: 0,
            throttled: 0,
            failed: 0,
            gone: Vec::new(),
            first_failure: None,
        }
    }

    /// Counts one outcome; `None` was not to be told.
    pub fn with(mut self, outcome: Option<(Option<Subscriber>, Delivery)>) -> Self {
        let Some((subscriber, delivery)) = outcome else {
            return self;
        };
        match delivery {
            Delivery::Delivered => self.delivered += 1,
            Delivery::Settling => self.settling += 1,
            Delivery::Throttled => self.throttled += 1,
            Delivery::Gone => self.gone.extend(subscriber),
            Delivery::Failed(error) => {
                self.failed += 1;
                self.first_failure.get_or_insert(error);
            }
        }
        self
    }

    /// The sockets that are no more.
    pub fn gone(&self) -> &[Subscriber] {
        &self.gone
    }

    /// What the broadcast came to, now that it is over.
    pub fn outcome(&self) -> Outcome {
        Outcome {
            duration_ms: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            delivered: self.delivered,
            settling: self.settling,
            gone: self.gone.len(),
            throttled: self.throttled,
            failed: self.failed,
        }
    }

    pub fn log(&self, event: &Event, outcome: &Outcome) {
        let &Outcome { duration_ms, delivered, settling, gone, throttled, failed } = outcome;
        let (event, room) = (event.name(), event.room());
        if let Some(error) = &self.first_failure {
            tracing::warn!(event, room.id = %room, failed, first_error = error, "some sockets could not be told");
        }
        tracing::info!(
            event, room.id = %room, duration_ms, delivered, settling, throttled, gone, failed,
            "the room was told"
        );
    }
}
