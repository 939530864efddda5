//! How many calls a request made to DynamoDB: the number that its price and most of its time follow.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use aws_sdk_dynamodb::{
    config::{
        ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextRef,
    },
    error::BoxError,
};

tokio::task_local! {
    static CALLS: Arc<AtomicU64>;
}

/// Runs a request: its outcome, and how many calls it made to DynamoDB, retries included.
pub async fn counted<T>(request: impl Future<Output = T>) -> (T, u64) {
    let calls = Arc::new(AtomicU64::new(0));
    let outcome = CALLS.scope(Arc::clone(&calls), request).await;
    (outcome, calls.load(Ordering::Relaxed))
}

/// Counts each call of a DynamoDB client for the request that [`counted`] runs.
#[derive(Debug)]
pub struct CountCalls;

impl Intercept for CountCalls {
    fn name(&self) -> &'static str {
        "count calls"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Outside a request, as when a process starts, there is nothing to count for.
        let _ = CALLS.try_with(|calls| calls.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}
