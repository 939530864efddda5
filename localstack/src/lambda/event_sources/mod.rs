//! Event source mappings: functions that are invoked with the changes of a table.
//!
//! As on AWS: at least once, in order per item (partition and sort key), several items side by side.
//! Two items of one partition have no order between them (Lambda's guide for `DynamoDB`, "parallelization
//! factor").

mod lane;
mod lanes;
mod outcome;
mod poller;
mod tally;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use self::{poller::Poller, tally::Tally};
use super::{Functions, error::EventSourceError};
use crate::{
    dynamodb::{Database, Stream},
    template::{EventSourceMapping, Template},
};

/// How often positions are written. What was consumed since then comes again after a kill.
const KEEP_EVERY: Duration = Duration::from_millis(100);
/// How long a shutdown works off what is in the streams.
const DRAIN_WITHIN: Duration = Duration::from_secs(2);
/// Idle for so long: what the last invocations wrote was read as well.
const QUIET_FOR: Duration = Duration::from_millis(50);

/// The mappings of the template at work, until [`EventSources::shutdown`] or until it is dropped.
#[derive(Debug, Default)]
pub struct EventSources {
    reports: Reports,
    streams: Vec<Stream>,
    hurry: CancellationToken,
    tasks: JoinSet<()>,
}

/// What all mappings have done so far. Clones show the same.
#[derive(Debug, Clone, Default)]
pub struct Reports(Vec<Arc<Tally>>);

impl EventSources {
    /// Goes on where each mapping had got to.
    pub fn start(
        template: &Template,
        database: &Database,
        functions: &Functions,
    ) -> Result<Self, EventSourceError> {
        let mut sources = Self::default();
        for (table, mappings) in by_table(&template.event_sources) {
            let unreadable = |source| EventSourceError { table: table.to_owned(), source };
            let Some(declared) = template.tables.iter().find(|declared| declared.name == table)
            else {
                continue;
            };
            let names = mappings.iter().map(|mapping| mapping.name.clone());
            let stream = database.stream(declared, names).map_err(unreadable)?;
            for mapping in mappings {
                let tally = Arc::new(Tally::new(mapping, stream.writes()));
                sources.reports.0.push(Arc::clone(&tally));
                let poller = Poller::new(mapping.clone(), stream.clone(), functions.clone(), tally);
                let hurry = sources.hurry.clone();
                sources.tasks.spawn(poller.map_err(unreadable)?.run(hurry));
            }
            sources.tasks.spawn(keep_positions(stream.clone()));
            sources.streams.push(stream);
        }
        Ok(sources)
    }

    pub fn reports(&self) -> Reports {
        self.reports.clone()
    }

    /// Works off for a moment what is in the streams, and stops. The rest is for the next start.
    pub async fn shutdown(mut self) {
        self.hurry.cancel();
        if timeout(DRAIN_WITHIN, self.quiet()).await.is_err() {
            tracing::warn!("Some records of the streams are left");
        }
        self.tasks.shutdown().await;
        for stream in &self.streams {
            keep(stream).await;
        }
    }

    async fn quiet(&self) {
        let mut idle_for = Duration::ZERO;
        let step = QUIET_FOR / 5;
        while idle_for < QUIET_FOR && !self.reports.0.is_empty() {
            sleep(step).await;
            let is_idle = self.reports.0.iter().all(|tally| tally.counts().is_idle);
            idle_for = if is_idle { idle_for + step } else { Duration::ZERO };
        }
    }
}

impl Reports {
    /// One object per mapping.
    pub fn to_json(&self) -> Value {
        self.0.iter().map(|tally| tally.to_json()).collect()
    }
}

fn by_table(mappings: &[EventSourceMapping]) -> BTreeMap<&str, Vec<&EventSourceMapping>> {
    let mut by_table: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for mapping in mappings {
        by_table.entry(mapping.table.as_str()).or_default().push(mapping);
    }
    by_table
}

async fn keep_positions(stream: Stream) {
    let mut ticks = interval(KEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        keep(&stream).await;
    }
}

async fn keep(stream: &Stream) {
    if let Err(error) = stream.keep_positions().await {
        tracing::warn!(%error, "The positions in a stream cannot be kept");
    }
}
