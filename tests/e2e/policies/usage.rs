//! Which actions and keys of the statements were needed: the edge logs each call that it allows.

use std::collections::BTreeMap;

use super::statements::{Part, parts};

/// `RUST_LOG` of an edge that does.
pub const LOGGED: &str = "warn,localstack::iam::caller=debug";

/// A call that was allowed.
struct Call<'l> {
    function: &'l str,
    action: &'l str,
    /// Up to their first `#`.
    keys: Vec<&'l str>,
}

/// What the template allows and none of the calls in these lines of the log has needed: nobody made
/// it, or another statement allows it as well.
pub fn needless(lines: &[String]) -> Vec<String> {
    let parts = parts();
    let calls = lines.iter().filter_map(|line| Call::of(line));
    let calls: Vec<_> = calls.filter_map(|call| Some((call.only_part(&parts)?, call))).collect();
    let mut needed = BTreeMap::<String, bool>::new();
    for part in &parts {
        for permission in part.actions.iter().chain(&part.keys) {
            let mut calls = calls.iter().filter(|(of, _)| std::ptr::eq(*of, part));
            let is_needed = calls.any(|(_, call)| call.names(permission));
            // A managed policy is there for all who have it.
            *needed.entry(format!("{}: {permission}", part.holder)).or_default() |= is_needed;
        }
    }
    let needless = needed.into_iter().filter(|(_, is_needed)| !is_needed);
    needless.map(|(permission, _)| permission).collect()
}

impl<'l> Call<'l> {
    fn of(line: &'l str) -> Option<Self> {
        let (_, fields) = line.split_once("IAM allows a call")?;
        let field = |name: &str| {
            let (_, value) = fields.split_once(&format!(" {name}=\""))?;
            Some(value.split_once('"')?.0)
        };
        let keys = field("key")?.split(", ").filter(|key| !key.is_empty());
        let keys = keys.map(|key| key.trim_end_matches('…')).collect();
        Some(Self { function: field("function")?, action: field("action")?, keys })
    }

    /// What allows it, if that is one alone.
    fn only_part<'p>(&self, parts: &'p [Part]) -> Option<&'p Part> {
        let mut allowing = parts.iter().filter(|part| self.is_allowed_by(part));
        allowing.next().filter(|_| allowing.next().is_none())
    }

    fn is_allowed_by(&self, part: &Part) -> bool {
        let is_listed = |key: &&str| part.keys.iter().any(|pattern| is_covered(key, pattern));
        self.function == part.function
            && part.actions.iter().any(|action| action == self.action)
            && self.keys.iter().all(is_listed)
    }

    fn names(&self, permission: &str) -> bool {
        self.action == permission || self.keys.iter().any(|key| is_covered(key, permission))
    }
}

/// Whether it is the pattern of this key, as `ROOM#*` is of `ROOM#`.
fn is_covered(key: &str, pattern: &str) -> bool {
    pattern.strip_suffix('*') == Some(key)
}
