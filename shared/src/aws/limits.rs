//! How long and how often a request is tried.

use std::time::Duration;

/// A socket that takes its time must not hold the broadcast: the client will see the gap.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long one attempt may take.
    pub attempt: Duration,
    /// How long all attempts may take, pauses included.
    pub request: Duration,
    /// How many attempts there are.
    pub attempts: u32,
    /// The longest pause after the first attempt; it doubles with each.
    pub first_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(1),
            request: Duration::from_secs(2),
            attempts: 4,
            first_pause: Duration::from_millis(50),
        }
    }
}

impl Limits {
    /// A random pause, so that requests that were refused together do not come back together.
    pub(super) fn pause(&self, attempts: u32) -> Duration {
        let longest = 2_u32.saturating_pow(attempts.saturating_sub(1));
        self.first_pause.saturating_mul(longest).mul_f64(fastrand::f64())
    }
}
