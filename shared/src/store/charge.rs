//! `USER#u / LIMITS`: the buckets of a user's requests, and the number of the user's rooms.

use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use jiff::Timestamp;

use super::{
    Store, StoreError,
    condition::refused_item,
    keys::Key,
    record::{Item, number},
    transaction::incomplete,
};
use crate::{
    dispatch::Dispatch,
    domain::{Bucket, Charge, TooMany, UserId},
};

/// A charge in the words of an update: `#bucket` is the attribute.
pub(super) struct Charging {
    pub assignment: &'static str,
    pub condition: &'static str,
    pub values: [(&'static str, AttributeValue); 2],
}

impl From<Charge> for Charging {
    fn from(charge: Charge) -> Self {
        let micros = |time: Timestamp| number(time.as_microsecond());
        match charge {
            Charge::First { now, drained_at } => Self {
                assignment: "#bucket = :drained_at",
                condition: "(attribute_not_exists(#bucket) OR #bucket <= :charged_at)",
                values: [(":drained_at", micros(drained_at)), (":charged_at", micros(now))],
            },
            Charge::Further { later_by, at_most } => Self {
                assignment: "#bucket = #bucket + :later_by",
                condition: "#bucket <= :at_most",
                values: [
                    (":later_by", number(later_by.as_micros())),
                    (":at_most", micros(at_most)),
                ],
            },
        }
    }
}

/// The bucket of an item as the table has it.
fn drained_at(item: &Item, attribute: &str) -> Option<Timestamp> {
    let micros = item.get(attribute)?.as_n().ok()?.parse().ok()?;
    Timestamp::from_microsecond(micros).ok()
}

impl Store {
    /// Counts one request of a user: one call, two while the bucket has not drained.
    pub async fn charge(
        &self,
        user: UserId,
        bucket: Bucket,
        now: Timestamp,
    ) -> Result<Result<(), TooMany>, StoreError> {
        let Some(rate) = self.quotas.rate(bucket) else { return Ok(Ok(())) };
        let attribute = attribute(bucket);
        let mut known = None;
        // A refusal says when the bucket drains, and that only ever becomes later.
        loop {
            let Charging { assignment, condition, values } = match rate.charge(known, now) {
                Ok(charge) => charge.into(),
                Err(too_soon) => return Ok(Err(too_soon.into())),
            };
            let update = self
                .update_item(&Key::limits(user))
                .update_expression(format!("SET {assignment}"))
                .condition_expression(condition)
                .expression_attribute_names("#bucket", attribute)
                .set_expression_attribute_values(Some(values.map(owned).into()))
                .return_values_on_condition_check_failure(
                    ReturnValuesOnConditionCheckFailure::AllOld,
                );
            let Err(error) = update.dispatch().await else { return Ok(Ok(())) };
            let Some(item) = refused_item(&error) else { return Err(error.into()) };
            known = drained_at(&item, attribute);
        }
    }

    /// Counts a room that a user joins, on condition that the user may be in one more.
    pub(super) fn count_room(&self, user: UserId) -> Result<TransactWriteItem, StoreError> {
        let mut update =
            self.update(&Key::limits(user)).update_expression("ADD room_count :change");
        if let Some(most) = self.quotas.rooms_per_user {
            update = update
                .condition_expression("attribute_not_exists(room_count) OR room_count < :most")
                .expression_attribute_values(":most", number(most));
        }
        let update = update.expression_attribute_values(":change", number(1));
        let update = update.build().map_err(incomplete)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// Counts a room that a user has left.
    pub(super) fn count_room_left(&self, user: UserId) -> Result<TransactWriteItem, StoreError> {
        let update = self
            .update(&Key::limits(user))
            .update_expression("ADD room_count :change")
            .expression_attribute_values(":change", number(-1))
            .build()
            .map_err(incomplete)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}

fn attribute(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Tickets => "tickets_drained_at",
        Bucket::Writes => "writes_drained_at",
        Bucket::CreatedRooms => "created_rooms_drained_at",
    }
}

fn owned((name, value): (&'static str, AttributeValue)) -> (String, AttributeValue) {
    (name.to_owned(), value)
}
