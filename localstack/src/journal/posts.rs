//! Posts to connections, counted by their caller and written down as one record when they pause.
//!
//! A post pays for two look-ups and an atomic addition. Only the first of a broadcast, and those that are not
//! delivered, do more.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{
    Journal, Record, cut,
    record::{Broadcast, milliseconds},
};

/// Without a post for so long a broadcast is over.
const QUIET_FOR: Duration = Duration::from_millis(50);
/// A caller that never pauses is written down so often.
const AT_MOST: Duration = Duration::from_secs(1);
/// Posts of a broadcast that are named because they were not delivered.
const NAMED: usize = 20;

/// A post that was answered.
#[derive(Debug, Clone, Copy)]
pub struct Posted<'a> {
    pub caller: &'a str,
    pub connection: &'a str,
    pub frame: &'a [u8],
    pub answer: StatusCode,
}

/// What each caller has posted and is not written down yet.
#[derive(Debug, Default)]
pub struct Posts(HashMap<String, Tally>);

#[derive(Debug, Default)]
struct Tally {
    /// Somebody will write it down.
    is_open: AtomicBool,
    /// By [`OUTCOMES`].
    counts: [AtomicU64; 4],
    details: Mutex<Details>,
}

#[derive(Debug, Default)]
struct Details {
    frame: Option<String>,
    not_delivered: Vec<Value>,
}

/// Delivered, gone, throttled; all other answers are the last count.
const OUTCOMES: [StatusCode; 3] = [StatusCode::OK, StatusCode::GONE, StatusCode::TOO_MANY_REQUESTS];

impl Posts {
    pub fn of(callers: impl IntoIterator<Item = String>) -> Self {
        Self(callers.into_iter().map(|caller| (caller, Tally::default())).collect())
    }

    /// Whether it is the first of a broadcast, which somebody must write down.
    pub fn count(&self, posted: Posted<'_>) -> bool {
        let Some(tally) = self.0.get(posted.caller) else { return false };
        let place = OUTCOMES.iter().position(|outcome| *outcome == posted.answer);
        tally.counts[place.unwrap_or(OUTCOMES.len())].fetch_add(1, SeqCst);
        let is_first = !tally.is_open.load(SeqCst) && !tally.is_open.swap(true, SeqCst);
        if is_first || place != Some(0) {
            tally.details().note(posted);
        }
        is_first
    }
}

impl Tally {
    /// Closed before it is counted: a post that comes between is in these counts, or it has opened the next.
    fn take(&self) -> ([u64; 4], Details) {
        self.is_open.store(false, SeqCst);
        let counts = self.counts.each_ref().map(|count| count.swap(0, SeqCst));
        (counts, std::mem::take(&mut *self.details()))
    }

    fn total(&self) -> u64 {
        self.counts.iter().map(|count| count.load(SeqCst)).sum()
    }

    fn details(&self) -> MutexGuard<'_, Details> {
        self.details.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Details {
    fn note(&mut self, posted: Posted<'_>) {
        if self.frame.is_none() {
            self.frame = Some(cut::text(&String::from_utf8_lossy(posted.frame)).into_owned());
        }
        if posted.answer != StatusCode::OK && self.not_delivered.len() < NAMED {
            let (connection, status) = (posted.connection, posted.answer.as_u16());
            self.not_delivered.push(json!({ "connectionId": connection, "status": status }));
        }
    }
}

/// Waits until the caller pauses, and writes down what it has posted.
pub async fn write_down(journal: Journal, caller: String) {
    let Some(tally) = journal.posts.0.get(&caller) else { return };
    let started = Instant::now();
    let (mut seen, mut last) = (0, started);
    while last.elapsed() < QUIET_FOR && started.elapsed() < AT_MOST {
        let total = tally.total();
        if total != seen {
            (seen, last) = (total, Instant::now());
        }
        sleep(QUIET_FOR / 5).await;
    }
    let ([delivered, gone, throttled, failed], details) = tally.take();
    if delivered + gone + throttled + failed == 0 {
        return;
    }
    journal.write(|| {
        Record::Broadcast(Broadcast {
            function: caller.clone(),
            delivered,
            gone,
            throttled,
            failed,
            duration_ms: milliseconds(last - started),
            frame: details.frame,
            not_delivered: details.not_delivered,
        })
    });
}
