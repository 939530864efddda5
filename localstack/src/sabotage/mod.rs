//! Faults on purpose: what networks, phones and clouds do to a chat.
//!
//! Where one can strike, the code asks [`Faults::strike`]. A test has them strike at random (`--faults`, hidden from
//! users), a developer aims one at a connection or a function with the inspector.

mod aimed;
mod odds;

use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use serde_json::{Value, json};

use self::{aimed::Aimed, odds::Odds};

/// The longest time after which a function that was invoked is killed. Most answer within a few
/// milliseconds, so that some are killed before, some while and some after they write.
const KILL_WITHIN_MICROSECONDS: u64 = 12_000;

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
    /// A function's process ends when its work is done and before it answers.
    CrashFunction,
}

/// What can be aimed at a connection.
pub const OF_CONNECTIONS: [Fault; 5] =
    [Fault::KillSocket, Fault::Post410, Fault::Post429, Fault::Post500, Fault::LoseDisconnect];
/// What can be aimed at a function.
pub const OF_FUNCTIONS: [Fault; 1] = [Fault::CrashFunction];

const ALL: [(Fault, &str); 8] = [
    (Fault::KillSocket, "kill_socket"),
    (Fault::Post410, "post_410"),
    (Fault::Post429, "post_429"),
    (Fault::Post500, "post_500"),
    (Fault::LoseDisconnect, "lose_disconnect"),
    (Fault::KillFunction, "kill_function"),
    (Fault::KillAtPost, "kill_at_post"),
    (Fault::CrashFunction, "crash_function"),
];

/// As a number of times: until it is taken back.
pub const ALWAYS: u64 = u64::MAX;

/// Which faults strike. Clones share all of it. Unless somebody asks for one, none ever does.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// What strikes at random, nothing unless `--faults` says so.
    odds: Option<Arc<Odds>>,
    aimed: Arc<Aimed>,
    struck: Arc<[AtomicU64; ALL.len()]>,
}

/// A part of `--faults` that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` must be NAME=RATE, NAME=RATE:MOST or kill_function=RATE:MOST@FUNCTION, with a rate from 0 to 1 and a name of {names}", names = ALL.map(|(_, name)| name).join(", "))]
pub struct UnknownFault(String);

impl Fault {
    /// As `--faults` and the inspector's paths spell it.
    pub fn name(self) -> &'static str {
        ALL[self as usize].1
    }
}

impl FromStr for Faults {
    type Err = UnknownFault;

    /// Reads `NAME=RATE,NAME=RATE:MOST,…`, `@FUNCTION` behind says which may be killed; a fault that is not named never strikes.
    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        Ok(Self { odds: Some(Arc::new(Odds::parse(text)?)), ..Self::default() })
    }
}

impl Faults {
    /// Begins the sequence of draws that belongs to this seed.
    pub fn seed(&self, seed: u64) {
        if let Some(odds) = &self.odds {
            odds.random().seed(seed);
        }
    }

    /// Whether the fault happens now to this connection or function.
    pub fn strike(&self, fault: Fault, target: &str) -> bool {
        let strikes = self.aimed.strike(fault, target)
            || self.odds.as_ref().is_some_and(|odds| odds.strike(fault));
        if strikes {
            self.struck[fault as usize].fetch_add(1, Relaxed);
        }
        strikes
    }

    /// When to kill the function of this name that has just been invoked.
    pub fn kill_after(&self, function: &str) -> Option<Duration> {
        let odds = self.odds.as_ref().filter(|odds| odds.may_kill(function))?;
        let strikes = self.strike(Fault::KillFunction, function);
        strikes.then(|| Duration::from_micros(odds.random().u64(..KILL_WITHIN_MICROSECONDS)))
    }

    /// Does not count the last strike: the function had answered before it could be killed.
    pub fn take_back(&self, fault: Fault) {
        self.struck[fault as usize].fetch_sub(1, Relaxed);
    }

    /// Has the fault strike at this connection or function the next so many times.
    pub fn aim(&self, fault: Fault, target: &str, times: u64) {
        self.aimed.aim(fault, target, times);
    }

    /// The connection is no more.
    pub fn forget(&self, target: &str) {
        self.aimed.forget(target);
    }

    /// What is aimed at this connection or function: how many more times by the fault's name.
    pub fn aimed_at(&self, target: &str) -> Value {
        let left = self.aimed.left(target).unwrap_or_default();
        let aimed = ALL.map(|(fault, name)| (name.to_owned(), left[fault as usize]));
        let aimed = aimed.into_iter().filter(|(_, left)| *left > 0);
        aimed
            .map(|(name, left)| (name, if left == ALWAYS { "always".into() } else { json!(left) }))
            .collect()
    }

    /// How often each has happened.
    pub fn counts(&self) -> Value {
        let count = |fault: Fault| self.struck[fault as usize].load(Relaxed);
        ALL.map(|(fault, name)| (name.to_owned(), json!(count(fault)))).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_it_should() {
        let faults: Faults = "post_410=0.25,kill_socket=1:3".parse().unwrap();
        faults.seed(7);
        let strikes = |fault| (0..10_000).filter(|_| faults.strike(fault, "any")).count();
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
    fn what_is_aimed_strikes_its_target_alone_and_so_many_times() {
        let faults = Faults::default();
        faults.aim(Fault::Post429, "one", 2);
        let strikes = |target| (0..5).filter(|_| faults.strike(Fault::Post429, target)).count();
        assert_eq!(faults.aimed_at("one"), json!({ "post_429": 2 }));
        assert_eq!((strikes("other"), strikes("one")), (0, 2));
        assert!(!faults.strike(Fault::Post410, "one"));
        assert_eq!((faults.aimed_at("one"), &faults.counts()["post_429"]), (json!({}), &json!(2)));
    }

    #[test]
    fn what_is_aimed_can_be_taken_back_and_ends_with_its_target() {
        let faults = Faults::default();
        faults.aim(Fault::Post410, "one", ALWAYS);
        assert_eq!(faults.aimed_at("one"), json!({ "post_410": "always" }));
        assert!(faults.strike(Fault::Post410, "one") && faults.strike(Fault::Post410, "one"));
        faults.aim(Fault::Post410, "one", 0);
        assert!(!faults.strike(Fault::Post410, "one"));
        faults.aim(Fault::Post410, "one", 1);
        faults.forget("one");
        assert!(!faults.strike(Fault::Post410, "one"));
    }

    #[test]
    fn each_fault_has_its_name() {
        assert!(ALL.iter().enumerate().all(|(place, (fault, _))| *fault as usize == place));
    }

    #[test]
    fn without_a_plan_nothing_happens() {
        let faults = Faults::default();
        assert!(
            !faults.strike(Fault::Post500, "any") && faults.kill_after("SendMessage").is_none()
        );
        assert_eq!(faults.counts()["post_500"], 0);
    }

    #[test]
    fn what_is_no_fault_is_refused() {
        for text in ["", "post_410", "earthquake=1", "post_410=2", "post_410=x", "post_410=1:x"] {
            assert!(text.parse::<Faults>().is_err(), "{text}");
        }
    }
}
