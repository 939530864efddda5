//! How often somebody may do something: the generic cell rate algorithm (GCRA). A bucket that leaks
//! at a steady rate is one time in the table, that at which it has drained.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

/// Requests that come at once are looked at in any order, each with a time of its own: so much earlier
/// than the one before is as good as later. It is less than what one more takes.
const OUT_OF_ORDER: SignedDuration = SignedDuration::from_millis(100);

/// A steady rate, and how many may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The time in which the bucket loses one; zero does not limit.
    one_in: SignedDuration,
    burst: u32,
}

/// What one more makes of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge {
    /// It had drained by now: it drains at this time.
    First { now: Timestamp, drained_at: Timestamp },
    /// It drains later by this much, if it drains by `at_most` without it. Added and not set, so that
    /// those who come at once count one by one.
    Further { later_by: SignedDuration, at_most: Timestamp },
}

/// The burst is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests, try again in {retry_after} seconds")]
pub struct TooSoon {
    pub retry_after: u64,
}

/// A rate that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a number per second and a burst, such as 10/50")]
pub struct NotARate;

impl Rate {
    /// As many in this time; zero does not limit.
    #[must_use]
    pub fn new(count: u32, time: SignedDuration, burst: u32) -> Self {
        let one_in = time.checked_div(count.try_into().unwrap_or(i32::MAX));
        Self { one_in: one_in.unwrap_or(SignedDuration::ZERO), burst }
    }

    #[must_use]
    pub fn is_unlimited(self) -> bool {
        self.one_in.is_zero()
    }

    /// One more for a bucket that drains at this time; `None` is one that was never used.
    pub fn charge(self, drained_at: Option<Timestamp>, now: Timestamp) -> Result<Charge, TooSoon> {
        let after = |time: Timestamp, by| time.saturating_add(by).unwrap_or(Timestamp::MAX);
        let Some(drained_at) = drained_at.filter(|at| *at > now) else {
            return Ok(Charge::First { now, drained_at: after(now, self.one_in) });
        };
        let spare = i32::try_from(self.burst.saturating_sub(1)).unwrap_or(i32::MAX);
        let out_of_order = OUT_OF_ORDER.min(self.one_in / 2);
        let at_most = after(now, self.one_in.saturating_mul(spare).saturating_add(out_of_order));
        if drained_at <= at_most {
            return Ok(Charge::Further { later_by: self.one_in, at_most });
        }
        let wait = drained_at.duration_since(at_most).as_millis();
        let seconds = u64::try_from(wait).unwrap_or_default().div_ceil(1_000);
        Err(TooSoon { retry_after: seconds.max(1) })
    }
}

impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let (per_second, burst) = text.split_once('/').ok_or(NotARate)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| NotARate);
        Ok(Self::new(number(per_second)?, SignedDuration::from_secs(1), number(burst)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bucket after one more, as the table would have it.
    fn after(bucket: Option<Timestamp>, charge: Charge) -> Timestamp {
        match charge {
            Charge::First { drained_at, .. } => drained_at,
            Charge::Further { later_by, .. } => bucket.unwrap() + later_by,
        }
    }

    #[test]
    fn a_burst_passes_at_once_and_then_one_at_a_time() {
        let (rate, start) = ("10/3".parse::<Rate>().unwrap(), Timestamp::UNIX_EPOCH);
        let mut bucket = None;
        for (milliseconds, admitted) in [
            (0, true),
            (0, true),
            (0, true),
            (0, false),
            (49, false),
            (50, true),
            (100, false),
            (300, true),
            (300, true),
            (300, false),
            (9_000, true),
        ] {
            let charge = rate.charge(bucket, start + SignedDuration::from_millis(milliseconds));
            assert_eq!(charge.is_ok(), admitted, "at {milliseconds} ms: {charge:?}");
            bucket = charge.map_or(bucket, |charge| Some(after(bucket, charge)));
        }
    }

    #[test]
    fn who_comes_at_once_but_is_looked_at_in_another_order_is_in_the_burst() {
        let (rate, now) = ("1/2".parse::<Rate>().unwrap(), Timestamp::UNIX_EPOCH);
        let first = after(None, rate.charge(None, now + SignedDuration::from_millis(90)).unwrap());
        assert!(rate.charge(Some(first), now).is_ok());
    }

    #[test]
    fn who_is_refused_is_told_when_to_come_back_in_whole_seconds() {
        let hour = SignedDuration::from_hours(1);
        let (rate, start) = (Rate::new(30, hour, 1), Timestamp::UNIX_EPOCH);
        let bucket = after(None, rate.charge(None, start).unwrap());
        for (milliseconds, retry_after) in [(0, 120), (500, 120), (1_000, 119), (119_899, 1)] {
            let refused =
                rate.charge(Some(bucket), start + SignedDuration::from_millis(milliseconds));
            assert_eq!(refused, Err(TooSoon { retry_after }), "at {milliseconds} ms");
        }
        assert!(rate.charge(Some(bucket), start + SignedDuration::from_secs(120)).is_ok());
    }

    #[test]
    fn zero_does_not_limit_and_what_is_no_rate_is_refused() {
        assert!("0/50".parse::<Rate>().unwrap().is_unlimited());
        for text in ["", "10", "10/", "ten/50", "-1/50"] {
            assert_eq!(text.parse::<Rate>(), Err(NotARate), "{text}");
        }
    }
}
