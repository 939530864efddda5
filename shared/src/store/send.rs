//! `SEND#u#key / META` and `CREATE#u#key / META`: what a client's key stands for.

use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    Store, StoreError,
    keys::Key,
    record::{self, number},
    transaction::incomplete,
};
use crate::domain::{Message, SendKey, SendRecord, UserId};

impl Store {
    /// Uses the key for this message, on condition that it stands for nothing yet.
    pub(super) fn first_send(
        &self,
        user: UserId,
        key: &SendKey,
        message: &Message,
    ) -> Result<TransactWriteItem, StoreError> {
        let record = SendRecord { room_id: message.room_id, message_id: message.id };
        self.first_use(&Key::send(user, key), &record, message.created_at)
    }

    /// Writes what a client's key stands for, on condition that it stands for nothing yet; what it
    /// stands for comes back.
    pub(super) fn first_use(
        &self,
        key: &Key,
        record: &impl Serialize,
        now: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let expires_at = now.saturating_add(SendKey::LIFETIME).unwrap_or(Timestamp::MAX);
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(record::expiring_item(key, record, expires_at)?))
            .condition_expression("attribute_not_exists(pk) OR expires_at <= :now")
            .expression_attribute_values(":now", number(now.as_second()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(incomplete)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}
