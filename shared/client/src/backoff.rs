//! How long to wait between attempts, so that a server in trouble is not asked by all at once.

use std::time::Duration;

use uuid::Uuid;

/// Pauses that double up to a limit, each of random length up to that, so that a thousand clients that
/// lost the same server do not come back in the same moment.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    /// Pauses up to `first`, then twice that, and so on up to `longest`.
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, next: first }
    }

    /// How long to wait before the next attempt.
    pub fn pause(&mut self) -> Duration {
        let most = self.next;
        self.next = (most * 2).min(self.longest);
        most.mul_f64(random())
    }

    /// After a success the next pause is short again.
    pub fn reset(&mut self) {
        self.next = self.first;
    }
}

/// A random number from 0 to 1.
pub(super) fn random() -> f64 {
    let (_, low) = Uuid::new_v4().as_u64_pair();
    let low = u32::try_from(low & u64::from(u32::MAX)).unwrap_or_default();
    f64::from(low) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_limit_and_start_again() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_millis(300));
        for most in [100, 200, 300, 300] {
            assert!(backoff.pause() <= Duration::from_millis(most));
        }
        backoff.reset();
        assert!(backoff.pause() <= Duration::from_millis(100));
    }
}
