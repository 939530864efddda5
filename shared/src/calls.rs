//! The costs of a request at DynamoDB. Its time follows the number of calls, and its price the number
//! of write units.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use aws_sdk_dynamodb::{
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::{
            BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
        },
    },
    error::BoxError,
    operation::{
        delete_item::DeleteItemInput, put_item::PutItemInput,
        transact_write_items::TransactWriteItemsInput, update_item::UpdateItemInput,
    },
};
use aws_smithy_runtime_api::client::interceptors::context::Input;

tokio::task_local! {
    static COUNTERS: Arc<Counters>;
}

#[derive(Debug, Default)]
struct Counters {
    calls: AtomicU64,
    write_units: AtomicU64,
}

/// The costs of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Costs {
    /// Calls, retries included.
    pub calls: u64,
    /// Write units, if no item is larger than 1 KB: one for each item that is written, two in a
    /// transaction, in which a check is a write as well (Amazon DynamoDB, "on-demand capacity mode").
    pub write_units: u64,
}

/// Runs a request. Returns its outcome and what it has cost.
pub async fn counted<T>(request: impl Future<Output = T>) -> (T, Costs) {
    let counters = Arc::new(Counters::default());
    let outcome = COUNTERS.scope(Arc::clone(&counters), request).await;
    let Counters { calls, write_units } = &*counters;
    (outcome, Costs { calls: calls.load(Relaxed), write_units: write_units.load(Relaxed) })
}

/// Counts what a DynamoDB client does for the request that [`counted`] runs. Outside a request, as
/// when a process starts, nothing is counted.
#[derive(Debug)]
pub struct CountCalls;

impl Intercept for CountCalls {
    fn name(&self) -> &'static str {
        "count calls"
    }

    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let units = write_units(context.input());
        let _ = COUNTERS.try_with(|counters| counters.write_units.fetch_add(units, Relaxed));
        Ok(())
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let _ = COUNTERS.try_with(|counters| counters.calls.fetch_add(1, Relaxed));
        Ok(())
    }
}

fn write_units(input: &Input) -> u64 {
    if let Some(transaction) = input.downcast_ref::<TransactWriteItemsInput>() {
        return 2 * transaction.transact_items().len() as u64;
    }
    let is_single = input.downcast_ref::<PutItemInput>().is_some()
        || input.downcast_ref::<UpdateItemInput>().is_some()
        || input.downcast_ref::<DeleteItemInput>().is_some();
    u64::from(is_single)
}
