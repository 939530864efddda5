//! One invocation's hold on a room's broadcasts.

use std::time::Duration;

use jiff::SignedDuration;
use tokio::time::Instant;

use crate::{
    domain::{Lease, LeaseOwner, Room},
    moment::Moment,
};

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
    /// The hold of a sender, one for its request: other senders' messages take two seconds of it at
    /// most.
    #[must_use]
    pub fn of_sender(now: Moment, inline_max_members: u64) -> Self {
        let hands_over = Duration::from_secs(2);
        Self::new(LeaseOwner::random(), now, Lease::OF_A_SENDER, hands_over, inline_max_members)
    }

    /// The hold of a function behind the stream, which only broadcasts. Short too, because that
    /// function may die as well, but with time for one message to everybody in a large room.
    #[must_use]
    pub fn behind_the_stream(sequence_number: &str, now: Moment, room: &Room) -> Self {
        let members = i64::try_from(room.member_count).unwrap_or(i64::MAX);
        let lasts = SignedDuration::from_secs((8 + members / 2_500).min(50));
        let owner = LeaseOwner::of_record(sequence_number);
        Self::new(owner, now, lasts, Duration::from_secs(4), u64::MAX)
    }

    fn new(
        owner: LeaseOwner,
        now: Moment,
        lasts: SignedDuration,
        hands_over: Duration,
        most_members: u64,
    ) -> Self {
        let began = Instant::from_std(now.own());
        // A tenth is left for a clock that runs faster than this one.
        let posts = lasts.unsigned_abs() * 9 / 10;
        Self {
            lease: Lease::new(owner, now.time, lasts),
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
