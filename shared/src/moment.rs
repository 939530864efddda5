//! One reading of both clocks.

use std::time::Instant;

use jiff::Timestamp;

/// A time by the wall clock, which other processes read as well, and by this process's own clock,
/// which nobody sets.
///
/// A lease is promised to others by the wall clock and kept by the own one. Two readings at two times
/// would let its holder believe in it for longer than the others do: by what was done in between, such
/// as fetching a key set.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub time: Timestamp,
    own: Instant,
}

impl Moment {
    /// The moment at which the wall clock says `time`, which must have been read just now.
    #[must_use]
    pub fn now(time: Timestamp) -> Self {
        Self { time, own: Instant::now() }
    }

    /// The present, by the time that has passed on the own clock.
    #[must_use]
    pub fn later(self) -> Self {
        let own = Instant::now();
        let time = self.time.saturating_add(own.duration_since(self.own));
        Self { time: time.unwrap_or(Timestamp::MAX), own }
    }

    /// The moment by the own clock.
    #[must_use]
    pub fn own(self) -> Instant {
        self.own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_clocks_advance_by_the_same_time() {
        let began = Moment::now(Timestamp::UNIX_EPOCH);
        let later = began.later();
        let passed = later.own() - began.own();
        assert_eq!(later.time.duration_since(began.time).unsigned_abs(), passed);
    }
}
