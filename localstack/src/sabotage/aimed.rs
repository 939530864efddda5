//! Faults that are aimed at one connection or function.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use dashmap::DashMap;

use super::{ALL, ALWAYS, Fault};

/// How many more times each fault strikes.
pub type Left = [u64; ALL.len()];

#[derive(Debug, Default)]
pub struct Aimed {
    targets: DashMap<String, Left>,
    /// Usually none: then a post costs one look at this number.
    count: AtomicUsize,
}

impl Aimed {
    pub fn aim(&self, fault: Fault, target: &str, times: u64) {
        let mut left = self.targets.entry(target.to_owned()).or_insert_with(|| {
            self.count.fetch_add(1, Relaxed);
            Left::default()
        });
        left[fault as usize] = times;
    }

    pub fn strike(&self, fault: Fault, target: &str) -> bool {
        if self.count.load(Relaxed) == 0 {
            return false;
        }
        let Some(mut left) = self.targets.get_mut(target) else { return false };
        let left = &mut left[fault as usize];
        match *left {
            0 => return false,
            ALWAYS => {}
            times => *left = times - 1,
        }
        true
    }

    pub fn left(&self, target: &str) -> Option<Left> {
        self.targets.get(target).map(|left| *left)
    }

    pub fn forget(&self, target: &str) {
        if self.count.load(Relaxed) > 0 && self.targets.remove(target).is_some() {
            self.count.fetch_sub(1, Relaxed);
        }
    }
}
