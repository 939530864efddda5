//! `ROOM#r / MSG#m` and the room's sequence.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use jiff::Timestamp;

use super::{
    Store, StoreError,
    condition::if_held,
    history::Stored,
    keys::Key,
    record::{self, number, text},
    transaction::{Conditions, Outcome, incomplete},
};
use crate::{
    dispatch::Dispatch,
    domain::{Limit, Message, MessageId, Room, RoomId, SendKey, SendRecord, Slot, UserId},
};

/// What storing a message under a number came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Storing {
    Stored,
    /// Nothing was stored: the key stands for an earlier message.
    Repeated(SendRecord),
    /// Nothing was stored: the room is gone, or the sender is no longer a member.
    NotAMember,
    /// Nothing was stored: a broadcaster that had waited for this number made it void.
    Void,
}

/// Positions in the transaction.
const MESSAGE: usize = 0;
const MARK: usize = 1;
const KEY: usize = 2;

impl Store {
    /// Stores a message under its number, counting it as read by its sender.
    pub async fn store_message(
        &self,
        message: &Message,
        key: Option<&SendKey>,
    ) -> Result<Storing, StoreError> {
        let conditions = match self.put_message(message, key).await? {
            Outcome::Committed => return Ok(Storing::Stored),
            Outcome::Refused(conditions) => conditions,
        };
        if conditions.failed(MESSAGE) {
            let slot = conditions.existing(MESSAGE).map(record::parse).transpose()?;
            // The number is nobody else's: a message there is this one, stored by an earlier try
            // whose answer was lost.
            return Ok(match slot {
                Some(Stored::Message(_)) => Storing::Stored,
                Some(Stored::Void { .. }) | None => Storing::Void,
            });
        }
        let earlier = record::parse_optional(conditions.existing(KEY))?;
        Ok(earlier.map_or(Storing::NotAMember, Storing::Repeated))
    }

    /// Marks a number as one that will never be a message, unless it is one: what it is now.
    pub async fn void(&self, room: RoomId, id: MessageId) -> Result<Slot, StoreError> {
        let put = self
            .put_item(Key::message(room, id).attributes())
            .item("void", number(id))
            .condition_expression("attribute_not_exists(pk)");
        if if_held(put.dispatch().await)?.is_some() {
            return Ok(Slot::Void(id));
        }
        let stored: Option<Stored> =
            record::parse_optional(self.get(&Key::message(room, id)).await?)?;
        Ok(stored.map_or(Slot::Void(id), Slot::from))
    }

    pub async fn message(
        &self,
        room: RoomId,
        id: MessageId,
    ) -> Result<Option<Message>, StoreError> {
        record::parse_optional(self.get(&Key::message(room, id)).await?)
    }

    /// The newest messages of these rooms, of those that have one.
    ///
    /// A room's last id may be void or on its way: then the newest that is stored is looked for.
    pub async fn newest_messages(
        &self,
        rooms: &[Room],
        now: Timestamp,
    ) -> Result<HashMap<RoomId, Message>, StoreError> {
        let last = |room: &Room| {
            room.last_message_id.try_into().ok().map(|id| (room.id, Key::message(room.id, id)))
        };
        let wanted: Vec<(RoomId, Key)> = rooms.iter().filter_map(last).collect();
        let keys: Vec<Key> = wanted.iter().map(|(_, key)| key.clone()).collect();
        let mut found = self.batch_get(&keys).await?;
        let mut newest = HashMap::new();
        for (room, key) in wanted {
            let message = match found.remove(&key).map(record::parse) {
                Some(Ok(message)) => Some(message),
                _ => self
                    .messages_before(room, None, Limit::default(), now)
                    .await?
                    .messages
                    .into_iter()
                    .next(),
            };
            newest.extend(message.map(|message| (room, message)));
        }
        Ok(newest)
    }

    async fn put_message(
        &self,
        message: &Message,
        key: Option<&SendKey>,
    ) -> Result<Outcome, StoreError> {
        let (room, author, now) = (message.room_id, message.author.id, message.created_at);
        let put = self.put_new(record::item(&Key::message(room, message.id), message)?)?;
        let key = key.map(|key| self.first_send(author, key, message)).transpose()?;
        let with = |mark| [put.clone(), mark].into_iter().chain(key.clone()).collect();

        let outcome = self.commit(with(self.sender_mark(room, author, message.id, now)?)).await?;
        match outcome {
            // The sender's mark is further already: another of the sender's messages overtook this one.
            Outcome::Refused(conditions) if overtaken(&conditions) => {
                self.commit(with(self.require(&Key::member(room, author))?)).await
            }
            outcome => Ok(outcome),
        }
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
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(incomplete)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}

fn overtaken(conditions: &Conditions) -> bool {
    let own = [MESSAGE, KEY].map(|position| conditions.failed(position));
    conditions.failed(MARK) && conditions.has_existing(MARK) && own == [false; 2]
}
