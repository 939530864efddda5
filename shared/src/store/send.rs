//! `SEND#u#key / META`: what a client's key stands for.

use aws_sdk_dynamodb::types::{
    AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use jiff::Timestamp;

use super::{
    Store, StoreError,
    condition::if_held,
    keys::Key,
    record::{self, number},
    transaction::incomplete,
};
use crate::domain::{Message, SendKey, SendRecord, UserId};

impl Store {
    /// What the key stands for, if it was used.
    pub async fn send_record(
        &self,
        user: UserId,
        key: &SendKey,
        now: Timestamp,
    ) -> Result<Option<SendRecord>, StoreError> {
        let item = self.get(&Key::send(user, key)).await?;
        record::parse_optional(item.filter(|item| !record::has_expired(item, now)))
    }

    /// Claims to tell the room of the message, or renews the claim: the record as it is then,
    /// `None` when it is not any more what was seen, because another attempt was sooner.
    pub async fn claim_telling(
        &self,
        user: UserId,
        key: &SendKey,
        seen: &SendRecord,
        now: Timestamp,
    ) -> Result<Option<SendRecord>, StoreError> {
        let claimed = seen.claimed(now);
        let claim = self
            .update_item(&Key::send(user, key))
            .update_expression("SET claimed_until = :until")
            .condition_expression("told = :no AND claimed_until = :seen")
            .expression_attribute_values(":until", milliseconds(claimed.claimed_until))
            .expression_attribute_values(":seen", milliseconds(seen.claimed_until))
            .expression_attribute_values(":no", record::boolean(false));
        Ok(if_held(claim.send().await)?.map(|_| claimed))
    }

    /// Remembers that the room was told.
    pub async fn mark_told(&self, user: UserId, key: &SendKey) -> Result<(), StoreError> {
        let update = self
            .update_item(&Key::send(user, key))
            .update_expression("SET told = :yes")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":yes", record::boolean(true));
        if_held(update.send().await)?;
        Ok(())
    }

    /// Uses the key for this message, on condition that it stands for nothing yet.
    pub(super) fn first_use(
        &self,
        user: UserId,
        key: &SendKey,
        message: &Message,
    ) -> Result<TransactWriteItem, StoreError> {
        let now = message.created_at;
        let record = SendRecord::stored(message.room_id, message.id, now);
        let expires_at = now.saturating_add(SendKey::LIFETIME).unwrap_or(Timestamp::MAX);
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(record::expiring_item(&Key::send(user, key), &record, expires_at)?))
            .condition_expression("attribute_not_exists(pk) OR expires_at <= :now")
            .expression_attribute_values(":now", number(now.as_second()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(incomplete)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

fn milliseconds(time: Timestamp) -> AttributeValue {
    number(time.as_millisecond())
}
