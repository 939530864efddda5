//! One invocation's hold on a room's broadcasts.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::domain::{Lease, LeaseOwner, Room};

/// A lease with its limits. The clock that counts is this process's own.
#[derive(Debug, Clone)]
pub struct Hold {
    pub lease: Lease,
    /// From then on another may have the lease: nothing is posted any more.
    pub(super) ends_at: Instant,
    /// From then on other people's messages are somebody else's work.
    hands_over_at: Instant,
    /// Larger rooms are handed over at once.
    most_members: u64,
}

impl Hold {
    /// A sender's: other senders' messages take two seconds of its request at most.
    #[must_use]
    pub fn of_sender(now: Timestamp, inline_max_members: u64) -> Self {
        Self::new(now, Lease::OF_A_SENDER, Duration::from_secs(2), inline_max_members)
    }

    /// That of a function with nothing else to do, as long as half of its time.
    #[must_use]
    pub fn of_fan_out(now: Timestamp) -> Self {
        Self::new(now, SignedDuration::from_secs(30), Duration::from_secs(10), u64::MAX)
    }

    fn new(now: Timestamp, lasts: SignedDuration, hands_over: Duration, most_members: u64) -> Self {
        let (owner, began) = (LeaseOwner::random(), Instant::now());
        // A tenth is left for a clock that runs faster than this one.
        let posts = lasts.unsigned_abs() * 9 / 10;
        Self {
            lease: Lease::new(owner, now, lasts),
            ends_at: began + posts,
            hands_over_at: began + hands_over,
            most_members,
        }
    }

    /// Whether this invocation may broadcast in the room as it is.
    #[must_use]
    pub fn holds(&self, room: &Room) -> bool {
        room.lease_owner == Some(self.lease.owner)
    }

    pub(super) fn hands_over(&self, room: &Room) -> bool {
        room.member_count > self.most_members || Instant::now() >= self.hands_over_at
    }
}
