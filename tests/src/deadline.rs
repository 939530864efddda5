//! Waiting for an event, never for a length of time.

use std::time::Duration;

/// How long anything that must happen may take. Generous: it only bounds a failure.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// Waits for `event`, and fails the test when it has not come within [`DEADLINE`].
pub async fn within<T>(what: &str, event: impl Future<Output = T>) -> T {
    let value = tokio::time::timeout(DEADLINE, event).await;
    value.unwrap_or_else(|_| panic!("expected {what} within {DEADLINE:?}, but nothing came"))
}

/// Asks `probe` again and again until it gives a value, for what nobody announces.
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
