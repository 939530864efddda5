//! Several items at once or none, and which condition stood in the way.

use std::error;

use aws_sdk_dynamodb::{
    config::{
        interceptors::InterceptorContext,
        retry::{ClassifyRetry, RetryAction},
    },
    error::{BuildError, ProvideErrorMetadata},
    operation::{
        delete_item::DeleteItemError, put_item::PutItemError,
        transact_write_items::TransactWriteItemsError, update_item::UpdateItemError,
    },
    types::{
        CancellationReason, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure,
        TransactWriteItem, Update, builders::UpdateBuilder,
    },
};
use aws_smithy_runtime_api::client::interceptors::context::Error;

use crate::dispatch::Dispatch;

use super::{Store, StoreError, keys::Key, record::Item};

/// What DynamoDB takes in one transaction.
pub(super) const WRITES_AT_MOST: usize = 100;

const EXISTS: &str = "attribute_exists(pk)";
const ABSENT: &str = "attribute_not_exists(pk)";

/// Reasons of a cancelled transaction that pass: another transaction had the item, or its partition
/// takes no more writes for the moment (1,000 write units a second).
const PASSING_REASONS: [&str; 3] =
    ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];

/// How a transaction ended.
#[derive(Debug)]
pub(super) enum Outcome {
    /// All of it was written.
    Committed,
    /// Nothing was written: at least one condition did not hold.
    Refused(Conditions),
}

/// The transaction's conditions in the order of its items.
#[derive(Debug)]
pub(super) struct Conditions(Vec<CancellationReason>);

impl Conditions {
    /// Whether the condition of this item did not hold.
    pub fn failed(&self, position: usize) -> bool {
        self.0.get(position).is_some_and(|reason| reason.code() == Some("ConditionalCheckFailed"))
    }

    /// Whether the item of a condition that did not hold exists.
    pub fn has_existing(&self, position: usize) -> bool {
        let item = self.0.get(position).and_then(|reason| reason.item.as_ref());
        item.is_some_and(|item| !item.is_empty())
    }

    /// The item as it is, if the condition asked for it and it exists.
    pub fn existing(mut self, position: usize) -> Option<Item> {
        self.0.get_mut(position)?.item.take().filter(|item| !item.is_empty())
    }
}

impl Store {
    /// Writes all of it or nothing.
    pub(super) async fn commit(
        &self,
        writes: Vec<TransactWriteItem>,
    ) -> Result<Outcome, StoreError> {
        let answer =
            self.client.transact_write_items().set_transact_items(Some(writes)).dispatch().await;
        let Err(error) = answer else {
            return Ok(Outcome::Committed);
        };
        match refused_conditions(error.as_service_error()) {
            Some(conditions) => Ok(Outcome::Refused(conditions)),
            None => Err(error.into()),
        }
    }

    /// Writes an item, replacing what was there.
    pub(super) fn put(&self, item: Item) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .build()
            .map_err(incomplete)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Writes an item that must not exist yet; the one in the way comes back.
    pub(super) fn put_new(&self, item: Item) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(ABSENT)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(incomplete)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Deletes an item if it is there.
    pub(super) fn delete(&self, key: &Key) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(key.attributes()));
        Ok(TransactWriteItem::builder().delete(delete.build().map_err(incomplete)?).build())
    }

    /// Deletes an item that must be there.
    pub(super) fn delete_existing(&self, key: &Key) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(key.attributes()));
        let delete = delete.condition_expression(EXISTS).build().map_err(incomplete)?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    /// Requires that an item is there.
    pub(super) fn require(&self, key: &Key) -> Result<TransactWriteItem, StoreError> {
        self.check(key, EXISTS)
    }

    /// Requires that an item is not there.
    pub(super) fn require_absent(&self, key: &Key) -> Result<TransactWriteItem, StoreError> {
        self.check(key, ABSENT)
    }

    fn check(&self, key: &Key, condition: &str) -> Result<TransactWriteItem, StoreError> {
        let check =
            ConditionCheck::builder().table_name(&self.table).set_key(Some(key.attributes()));
        let check = check.condition_expression(condition).build().map_err(incomplete)?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// An update of one item, to be completed by the caller.
    pub(super) fn update(&self, key: &Key) -> UpdateBuilder {
        Update::builder().table_name(&self.table).set_key(Some(key.attributes()))
    }
}

/// A request that lacks a required part: a defect of this crate.
pub(super) fn incomplete(error: BuildError) -> StoreError {
    StoreError::Refused(error.into())
}

/// The conditions, if nothing but conditions cancelled the transaction.
fn refused_conditions(error: Option<&TransactWriteItemsError>) -> Option<Conditions> {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error? else {
        return None;
    };
    let reasons = cancelled.cancellation_reasons().to_vec();
    let decided = |reason: &CancellationReason| {
        matches!(reason.code(), None | Some("None" | "ConditionalCheckFailed"))
    };
    let conditions = Conditions(reasons);
    (conditions.0.iter().all(decided) && (0..conditions.0.len()).any(|at| conditions.failed(at)))
        .then_some(conditions)
}

/// Lets the SDK's own retries cover writes that met another transaction on the same item, and
/// transactions of which one item's partition was throttled.
///
/// AWS leaves both to the caller. No SDK retries them, because the exception of a cancelled transaction
/// is the same as for a condition that did not hold. Such a transaction has written nothing.
#[derive(Debug)]
pub struct RetryCancelled;

impl ClassifyRetry for RetryCancelled {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let error = context
            .output_or_error()
            .and_then(Result::err)
            .and_then(|error| error.as_operation_error());
        let is_passing = error.is_some_and(|error| {
            error.downcast_ref().is_some_and(was_cancelled_for_a_moment)
                || met_a_transaction::<PutItemError>(error)
                || met_a_transaction::<UpdateItemError>(error)
                || met_a_transaction::<DeleteItemError>(error)
        });
        if is_passing { RetryAction::throttling_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "cancelled transaction"
    }
}

/// Whether a single write came while a transaction had its item.
fn met_a_transaction<E>(error: &Error) -> bool
where
    E: error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    let code = error.downcast_ref::<E>().and_then(E::code);
    code == Some("TransactionConflictException")
}

/// Returns whether a transaction was cancelled for a reason that passes.
fn was_cancelled_for_a_moment(error: &TransactWriteItemsError) -> bool {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        return false;
    };
    let is_passing = |reason: &CancellationReason| {
        reason.code().is_some_and(|code| PASSING_REASONS.contains(&code))
    };
    cancelled.cancellation_reasons().iter().any(is_passing)
}
