//! Waiting for an event, never for a length of time.

use std::time::Duration;

use crate::target;

/// How long anything that must happen may take. Generous: it only bounds a failure.
const DEADLINE: Duration = Duration::from_secs(10);
/// The same for a deployment elsewhere, where functions start cold.
const DEADLINE_ELSEWHERE: Duration = Duration::from_mins(1);

/// Waits for `event`, and fails the test when it has not come in time.
pub async fn within<T>(what: &str, event: impl Future<Output = T>) -> T {
    let deadline = if target::is_elsewhere() { DEADLINE_ELSEWHERE } else { DEADLINE };
    let value = tokio::time::timeout(deadline, event).await;
    value.unwrap_or_else(|_| panic!("expected {what} within {deadline:?}, but nothing came"))
}

/// Asks `probe` every 10 ms until it gives a value: for what no event announces.
pub async fn eventually<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    within(what, async {
        let mut pause = tokio::time::interval(Duration::from_millis(10));
        loop {
            pause.tick().await;
            if let Some(value) = probe().await {
                return value;
            }
        }
    })
    .await
}
