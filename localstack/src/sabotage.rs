//! Faults on purpose, for tests: at random, what networks, phones and clouds do to a chat.
//!
//! Where one can strike, the code asks [`Faults::strike`]. A user never meets one: `--faults` is hidden.

use std::{
    str::FromStr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use fastrand::Rng;
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

/// The longest time after which a function that was invoked is killed. Most answer within a few
/// milliseconds, so that some are killed before, some while and some after they write.
const KILL_WITHIN_MICROSECONDS: u64 = 12_000;

/// How often which fault strikes. Clones share their counts. Without a plan, none ever does.
#[derive(Debug, Clone, Default)]
pub struct Faults(Option<Arc<Plan>>);

#[derive(Debug)]
struct Plan {
    odds: [Odds; ALL.len()],
    /// One generator for all faults, so that a seed gives the same sequence of draws again.
    random: Mutex<Rng>,
}

#[derive(Debug, Default)]
struct Odds {
    /// The share of its occasions at which it strikes, from 0 to 1.
    rate: f64,
    /// How many more times it may strike, for ever unless it is given.
    left: AtomicU64,
    /// The only function that it may kill, any unless it is given.
    only: Option<String>,
    struck: AtomicU64,
}

/// A part of `--faults` that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` must be NAME=RATE, NAME=RATE:MOST or kill_function=RATE:MOST@FUNCTION, with a rate from 0 to 1 and a name of {names}", names = ALL.map(|(_, name)| name).join(", "))]
pub struct UnknownFault(String);

impl FromStr for Faults {
    type Err = UnknownFault;

    /// Reads `NAME=RATE,NAME=RATE:MOST,…`, `@FUNCTION` behind says which may be killed; a fault that is not named never strikes.
    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let mut odds: [Odds; ALL.len()] = Default::default();
        for part in text.split(',') {
            let (fault, parsed) = Odds::parse(part).ok_or_else(|| UnknownFault(part.to_owned()))?;
            odds[fault as usize] = parsed;
        }
        Ok(Self(Some(Arc::new(Plan { odds, random: Mutex::new(Rng::with_seed(0)) }))))
    }
}

impl Faults {
    /// Begins the sequence of draws that belongs to this seed.
    pub fn seed(&self, seed: u64) {
        if let Some(plan) = &self.0 {
            plan.random().seed(seed);
        }
    }

    /// Whether the fault happens now.
    pub fn strike(&self, fault: Fault) -> bool {
        self.0.as_ref().is_some_and(|plan| plan.strike(fault))
    }

    /// When to kill the function of this name that has just been invoked.
    pub fn kill_after(&self, function: &str) -> Option<Duration> {
        let plan = self.0.as_ref()?;
        let only = plan.odds[Fault::KillFunction as usize].only.as_deref();
        if only.is_some_and(|only| only != function) || !plan.strike(Fault::KillFunction) {
            return None;
        }
        Some(Duration::from_micros(plan.random().u64(..KILL_WITHIN_MICROSECONDS)))
    }

    /// Does not count the last strike: the function had answered before it could be killed.
    pub fn take_back(&self, fault: Fault) {
        if let Some(plan) = &self.0 {
            plan.odds[fault as usize].struck.fetch_sub(1, Relaxed);
        }
    }

    /// How often each has happened.
    pub fn counts(&self) -> Value {
        let count = |fault: Fault| {
            self.0.as_ref().map_or(0, |plan| plan.odds[fault as usize].struck.load(Relaxed))
        };
        ALL.map(|(fault, name)| (name.to_owned(), json!(count(fault)))).into_iter().collect()
    }
}

impl Plan {
    fn strike(&self, fault: Fault) -> bool {
        let odds = &self.odds[fault as usize];
        // The draw is from 0 to below 1, so a rate of 1 always strikes.
        if odds.rate <= 0.0 || self.random().f64() >= odds.rate {
            return false;
        }
        let strikes = odds.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok();
        if strikes {
            odds.struck.fetch_add(1, Relaxed);
        }
        strikes
    }

    fn random(&self) -> MutexGuard<'_, Rng> {
        self.random.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Odds {
    fn parse(text: &str) -> Option<(Fault, Self)> {
        let (name, rate) = text.split_once('=')?;
        let (fault, _) = *ALL.iter().find(|(_, known)| *known == name)?;
        let (rate, only) =
            rate.split_once('@').map_or((rate, None), |(rate, only)| (rate, Some(only.to_owned())));
        let (rate, most) =
            rate.split_once(':').map_or((rate, None), |(rate, most)| (rate, Some(most)));
        let rate = rate.parse().ok().filter(|rate| (0.0..=1.0).contains(rate))?;
        let left = most.map_or(Some(u64::MAX), |most| most.parse().ok())?.into();
        Some((fault, Self { rate, left, only, struck: AtomicU64::default() }))
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
    fn one_function_alone_can_be_killed() {
        let faults: Faults = "kill_function=1:2@AddMember".parse().unwrap();
        let killed = |function| faults.kill_after(function).is_some();
        assert!(!killed("SendMessage") && killed("AddMember") && killed("AddMember"));
        assert!(!killed("AddMember"));
    }

    #[test]
    fn without_a_plan_nothing_happens() {
        let faults = Faults::default();
        assert!(!faults.strike(Fault::Post500) && faults.kill_after("SendMessage").is_none());
        assert_eq!(faults.counts()["post_500"], 0);
    }

    #[test]
    fn what_is_no_fault_is_refused() {
        for text in ["", "post_410", "earthquake=1", "post_410=2", "post_410=x", "post_410=1:x"] {
            assert!(text.parse::<Faults>().is_err(), "{text}");
        }
    }
}
