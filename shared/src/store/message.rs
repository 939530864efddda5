//! `ROOM#r / MSG#m` and the room's sequence.

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;

use super::{
    Store, StoreError,
    keys::Key,
    record::{self, number, text},
    transaction::{Outcome, incomplete},
};
use crate::domain::{Draft, Message, MessageId, Profile, RoomId, UserId};

impl Store {
    /// Gives the draft the room's next id and stores it, counting it as read by its sender.
    ///
    /// `None` when the room is gone or the sender is no longer a member: nothing is stored then. An
    /// id whose transaction fails is never used again.
    pub async fn add_message(
        &self,
        room: RoomId,
        author: Profile,
        draft: Draft,
        now: Timestamp,
    ) -> Result<Option<Message>, StoreError> {
        let Some(room) = self.advance(room, "last_message_id").await? else {
            return Ok(None);
        };
        let id =
            room.last_message_id.try_into().map_err(|_| StoreError::Incomplete("a message id"))?;
        let message = draft.into_message(id, room.id, author, now);
        let (room, author) = (room.id, message.author.id);
        let put = self.put_new(record::item(&Key::message(room, id), &message)?)?;

        let outcome =
            self.commit(vec![put.clone(), self.sender_mark(room, author, id, now)?]).await?;
        let Outcome::Refused(conditions) = outcome else {
            return Ok(Some(message));
        };
        if conditions.existing(1).is_none() {
            return Ok(None);
        }
        // The sender's mark is further already: another of the sender's messages overtook this one.
        let outcome = self.commit(vec![put, self.require(&Key::member(room, author))?]).await?;
        Ok(matches!(outcome, Outcome::Committed).then_some(message))
    }

    /// Moves the sender's read mark to the message, on condition that the sender is a member.
    fn sender_mark(
        &self,
        room: RoomId,
        author: UserId,
        id: MessageId,
        now: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let update = self
            .update(&Key::member(room, author))
            .update_expression("SET last_read_message_id = :id, last_read_at = :now")
            .condition_expression("attribute_exists(pk) AND last_read_message_id < :id")
            .expression_attribute_values(":id", number(id))
            .expression_attribute_values(":now", text(now.to_string()))
            .return_values_on_condition_check_failure(
                aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
            )
            .build()
            .map_err(incomplete)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}
