//! Who broadcasts a room's messages: one holder at a time, so that all receivers see one order.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Names one invocation that broadcasts. Two invocations of a process have two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LeaseOwner(Uuid);

impl LeaseOwner {
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// Whoever works off this record of the stream. A record comes again only after the invocation
    /// that had it has ended: the repetition goes on under the lease of the one that died.
    #[must_use]
    pub fn of_record(sequence_number: &str) -> Self {
        sequence_number
            .parse()
            .map_or_else(|_| Self::random(), |number| Self(Uuid::from_u128(number)))
    }
}

impl std::fmt::Display for LeaseOwner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The right to broadcast a room's messages. It is not renewed: who needs longer hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    pub owner: LeaseOwner,
    pub until: Timestamp,
}

impl Lease {
    /// How long a sender may broadcast. A holder that died holds up its room that long, so it is
    /// short; 2,000 posts take a tenth of it.
    pub const OF_A_SENDER: SignedDuration = SignedDuration::from_secs(5);

    #[must_use]
    pub fn new(owner: LeaseOwner, now: Timestamp, lasts: SignedDuration) -> Self {
        Self { owner, until: now.saturating_add(lasts).unwrap_or(Timestamp::MAX) }
    }

    /// Whether its holder is dead or late, so that another may take it.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until <= now
    }
}
