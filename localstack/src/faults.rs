//! Faults on purpose, for tests: at random, what networks, phones and clouds do to a chat.
//!
//! Where one can strike, the code asks [`Faults::strike`]. Without `--faults` none ever does.

use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use serde_json::{Value, json};

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A post is accepted, and the socket breaks without a close frame before the client gets it.
    KillSocket,
    /// A post is answered with 410 although the socket is there.
    Post410,
    /// A post is answered with 429.
    Post429,
    /// A post is answered with 500.
    Post500,
    /// `$disconnect` is not called.
    LoseDisconnect,
    /// A function's process is killed some milliseconds after it was invoked.
    KillFunction,
    /// Every function's process that is working is killed when one of them posts.
    KillAtPost,
}

const ALL: [(Fault, &str); 7] = [
    (Fault::KillSocket, "kill_socket"),
    (Fault::Post410, "post_410"),
    (Fault::Post429, "post_429"),
    (Fault::Post500, "post_500"),
    (Fault::LoseDisconnect, "lose_disconnect"),
    (Fault::KillFunction, "kill_function"),
    (Fault::KillAtPost, "kill_at_post"),
];

/// The longest time after which a function that was invoked is killed. Most answer sooner.
const KILL_WITHIN_MICROSECONDS: u64 = 12_000;

/// How often which fault strikes. Clones share their counts.
#[derive(Debug, Clone, Default)]
pub struct Faults(Option<Arc<Plan>>);

#[derive(Debug, Default)]
struct Plan {
    lots: [Lot; ALL.len()],
    random: AtomicU64,
}

#[derive(Debug, Default)]
struct Lot {
    /// From 0 to 1.
    rate: f64,
    /// How many more times it may strike, for ever unless it is given.
    left: AtomicU64,
    struck: AtomicU64,
}

/// The text of `--faults` is none.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` must be NAME=RATE or NAME=RATE:MOST, with a rate from 0 to 1 and a name of {names}", names = ALL.map(|(_, name)| name).join(", "))]
pub struct UnknownFault(String);

impl FromStr for Faults {
    type Err = UnknownFault;

    /// Reads `NAME=RATE,NAME=RATE:MOST,…`.
    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let mut plan = Plan::default();
        for part in text.split(',') {
            let (fault, lot) = Lot::parse(part).ok_or_else(|| UnknownFault(part.to_owned()))?;
            plan.lots[fault as usize] = lot;
        }
        Ok(Self(Some(Arc::new(plan))))
    }
}

impl Faults {
    /// Begins another sequence of accidents.
    pub fn seed(&self, seed: u64) {
        if let Some(plan) = &self.0 {
            plan.random.store(seed, Relaxed);
        }
    }

    /// Whether the fault happens now.
    pub fn strike(&self, fault: Fault) -> bool {
        self.0.as_ref().is_some_and(|plan| plan.strike(fault))
    }

    /// When to kill the function that has just been invoked.
    pub fn kill_after(&self) -> Option<Duration> {
        let plan = self.0.as_ref().filter(|plan| plan.strike(Fault::KillFunction))?;
        Some(Duration::from_micros(plan.random() % KILL_WITHIN_MICROSECONDS))
    }

    /// The function had answered before it could be killed.
    pub fn missed(&self, fault: Fault) {
        if let Some(plan) = &self.0 {
            plan.lots[fault as usize].struck.fetch_sub(1, Relaxed);
        }
    }

    /// How often each has happened.
    pub fn counts(&self) -> Value {
        let count = |fault: Fault| {
            self.0.as_ref().map_or(0, |plan| plan.lots[fault as usize].struck.load(Relaxed))
        };
        ALL.map(|(fault, name)| (name.to_owned(), json!(count(fault)))).into_iter().collect()
    }
}

impl Plan {
    fn strike(&self, fault: Fault) -> bool {
        let lot = &self.lots[fault as usize];
        if lot.rate <= 0.0 || self.draw() >= lot.rate {
            return false;
        }
        let taken = lot.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok();
        if taken {
            lot.struck.fetch_add(1, Relaxed);
        }
        taken
    }

    /// From 0 to below 1.
    fn draw(&self) -> f64 {
        f64::from(u32::try_from(self.random() >> 32).unwrap_or_default()) / 2_f64.powi(32)
    }

    /// `SplitMix64`.
    fn random(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut value = self.random.fetch_add(STEP, Relaxed).wrapping_add(STEP);
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }
}

impl Lot {
    fn parse(text: &str) -> Option<(Fault, Self)> {
        let (name, odds) = text.split_once('=')?;
        let (fault, _) = *ALL.iter().find(|(_, known)| *known == name)?;
        let (rate, most) =
            odds.split_once(':').map_or((odds, None), |(rate, most)| (rate, Some(most)));
        let rate = rate.parse().ok().filter(|rate| (0.0..=1.0).contains(rate))?;
        let left = most.map_or(Some(u64::MAX), |most| most.parse().ok())?.into();
        Some((fault, Self { rate, left, struck: AtomicU64::default() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_it_should() {
        let faults: Faults = "post_410=0.25,kill_socket=1:3".parse().unwrap();
        faults.seed(7);
        let strikes = |fault| (0..10_000).filter(|_| faults.strike(fault)).count();
        assert!((2_300..2_700).contains(&strikes(Fault::Post410)));
        assert_eq!((strikes(Fault::KillSocket), strikes(Fault::Post500)), (3, 0));
        assert_eq!(faults.counts()["kill_socket"], 3);
    }

    #[test]
    fn without_a_plan_nothing_happens() {
        let faults = Faults::default();
        assert!(!faults.strike(Fault::Post500) && faults.kill_after().is_none());
        assert_eq!(faults.counts()["post_500"], 0);
    }

    #[test]
    fn what_is_no_fault_is_refused() {
        for text in ["", "post_410", "earthquake=1", "post_410=2", "post_410=x", "post_410=1:x"] {
            assert!(text.parse::<Faults>().is_err(), "{text}");
        }
    }
}
