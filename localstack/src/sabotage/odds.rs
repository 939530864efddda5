//! Faults that strike at random, as `--faults` asks for them.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use fastrand::Rng;

use super::{ALL, Fault, UnknownFault};

#[derive(Debug)]
pub struct Odds {
    chances: [Chance; ALL.len()],
    /// One generator for all faults, so that a seed gives the same sequence of draws again.
    random: Mutex<Rng>,
}

#[derive(Debug, Default)]
struct Chance {
    /// The share of its occasions at which it strikes, from 0 to 1.
    rate: f64,
    /// How many more times it may strike, for ever unless it is given.
    left: AtomicU64,
    /// The only function that it may kill, any unless it is given.
    only: Option<String>,
}

impl Odds {
    pub fn parse(text: &str) -> Result<Self, UnknownFault> {
        let mut chances: [Chance; ALL.len()] = Default::default();
        for part in text.split(',') {
            let (fault, chance) =
                Chance::parse(part).ok_or_else(|| UnknownFault(part.to_owned()))?;
            chances[fault as usize] = chance;
        }
        Ok(Self { chances, random: Mutex::new(Rng::with_seed(0)) })
    }

    pub fn may_kill(&self, function: &str) -> bool {
        let only = self.chances[Fault::KillFunction as usize].only.as_deref();
        only.is_none_or(|only| only == function)
    }

    pub fn strike(&self, fault: Fault) -> bool {
        let chance = &self.chances[fault as usize];
        // The draw is from 0 to below 1, so a rate of 1 always strikes.
        if chance.rate <= 0.0 || self.random().f64() >= chance.rate {
            return false;
        }
        chance.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    pub fn random(&self) -> MutexGuard<'_, Rng> {
        self.random.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Chance {
    fn parse(text: &str) -> Option<(Fault, Self)> {
        let (name, rate) = text.split_once('=')?;
        let (fault, _) = *ALL.iter().find(|(_, known)| *known == name)?;
        let (rate, only) =
            rate.split_once('@').map_or((rate, None), |(rate, only)| (rate, Some(only.to_owned())));
        let (rate, most) =
            rate.split_once(':').map_or((rate, None), |(rate, most)| (rate, Some(most)));
        let rate = rate.parse().ok().filter(|rate| (0.0..=1.0).contains(rate))?;
        let left = most.map_or(Some(u64::MAX), |most| most.parse().ok())?.into();
        Some((fault, Self { rate, left, only }))
    }
}
