//! How often a request went to DynamoDB: the number that its price and most of its time follow.

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
    static TRIPS: Arc<AtomicU64>;
}

/// Runs a request: its outcome, and how many calls it made to DynamoDB, retries included.
pub async fn counted<T>(request: impl Future<Output = T>) -> (T, u64) {
    let trips = Arc::new(AtomicU64::new(0));
    let outcome = TRIPS.scope(Arc::clone(&trips), request).await;
    (outcome, trips.load(Ordering::Relaxed))
}

/// Counts the calls of a DynamoDB client.
#[derive(Debug)]
pub struct CountTrips;

impl Intercept for CountTrips {
    fn name(&self) -> &'static str {
        "count trips"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Outside a request, as when a process starts, nobody counts.
        let _ = TRIPS.try_with(|trips| trips.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}
