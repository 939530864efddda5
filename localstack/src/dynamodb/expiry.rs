//! The time to live: expired items are deleted now and then.

use std::time::Duration;

use tokio::{
    task::spawn_blocking,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::{engine::Engine, writes::Writes};

/// DynamoDB promises a few days. A minute shows a developer that items go, and that not at once.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

pub async fn sweep(engine: Engine, writes: Writes, stop: CancellationToken) {
    let mut ticks = interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        let engine = engine.clone();
        match spawn_blocking(move || engine.sweep_ttl()).await {
            Ok(Ok(0)) | Err(_) => {}
            Ok(Ok(_)) => writes.signal(),
            Ok(Err(error)) => tracing::warn!(%error, "Expired items could not be deleted"),
        }
    }
}
