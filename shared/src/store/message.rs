//! `ROOM#r / MSG#m` and the room's sequence.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use jiff::Timestamp;

use super::{
    Store, StoreError,
    charge::Charging,
    condition::if_held,
    history::Stored,
    keys::{Key, Range},
    record::{self, number, text},
    transaction::{Outcome, incomplete},
};
use crate::{
    dispatch::Dispatch,
    domain::{
        Charge, Member, Message, MessageId, Room, RoomId, SendKey, SendRecord, Slot, TooMany,
    },
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
    /// Nothing was stored: the sender has sent too many, some of them at the same time.
    TooMany(TooMany),
}

/// Positions in the transaction.
const MESSAGE: usize = 0;
const SENDER: usize = 1;
const KEY: usize = 2;

impl Store {
    /// Stores a message under its number, counting it as read by its sender and among the sends of
    /// its sender, whose bucket was seen to drain at `drained_at`.
    pub async fn store_message(
        &self,
        message: &Message,
        key: Option<&SendKey>,
        mut drained_at: Option<Timestamp>,
    ) -> Result<Storing, StoreError> {
        let Message { room_id: room, id, created_at: now, .. } = *message;
        let author = message.author.id;
        let put = self.put_new(record::item(&Key::message(room, id), message)?)?;
        let key = key.map(|key| self.first_send(author, key, message)).transpose()?;
        // Whether the sender's mark is further already: another of the sender's messages was sooner.
        let mut is_overtaken = false;
        // A refusal says how the sender is now: overtaken, with a bucket in use. Neither goes back.
        loop {
            let charge = self.quotas.sends.map(|rate| rate.charge(drained_at, now)).transpose();
            let charge = match charge {
                Ok(charge) => charge,
                Err(too_soon) => return Ok(Storing::TooMany(too_soon.into())),
            };
            let sender = self.sender_mark(message, is_overtaken, charge)?;
            let writes = [put.clone(), sender].into_iter().chain(key.clone()).collect();
            let Outcome::Refused(conditions) = self.commit(writes).await? else {
                return Ok(Storing::Stored);
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
            if conditions.failed(KEY) {
                let earlier = record::parse_optional(conditions.existing(KEY))?;
                return Ok(earlier.map_or(Storing::NotAMember, Storing::Repeated));
            }
            let sender: Option<Member> = record::parse_optional(conditions.existing(SENDER))?;
            let Some(sender) = sender else { return Ok(Storing::NotAMember) };
            is_overtaken = sender.last_read_message_id >= id.get();
            drained_at = sender.sends_drained_at;
        }
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
                _ => self.newest_message(room, now).await?,
            };
            newest.extend(message.map(|message| (room, message)));
        }
        Ok(newest)
    }

    /// The newest message of a room, behind numbers that are void or whose messages are on their way:
    /// one read for each, because they are few.
    async fn newest_message(
        &self,
        room: RoomId,
        now: Timestamp,
    ) -> Result<Option<Message>, StoreError> {
        let range = Range::messages_before(room, None);
        let is_message = |stored: &Stored| matches!(stored, Stored::Message(_));
        let newest = self.pages(&range, now).backward().until(1, is_message).await?;
        Ok(newest.into_iter().find_map(|stored| Slot::from(stored).into_message()))
    }

    /// Moves the sender's read mark to the message unless it is further, and counts the send: on
    /// condition that the sender is a member, and may send.
    fn sender_mark(
        &self,
        message: &Message,
        is_overtaken: bool,
        charge: Option<Charge>,
    ) -> Result<TransactWriteItem, StoreError> {
        let (room, author) = (message.room_id, message.author.id);
        let mut update = self
            .update(&Key::member(room, author))
            .expression_attribute_values(":now", text(message.created_at.to_string()));
        let mut assignments = vec!["last_read_at = :now"];
        let mut conditions = vec!["attribute_exists(pk)"];
        if !is_overtaken {
            assignments.push("last_read_message_id = :id");
            conditions.push("last_read_message_id < :id");
            update = update.expression_attribute_values(":id", number(message.id));
        }
        if let Some(Charging { assignment, condition, values }) = charge.map(Charging::from) {
            assignments.push(assignment);
            conditions.push(condition);
            update = update.expression_attribute_names("#bucket", "sends_drained_at");
            for (name, value) in values {
                update = update.expression_attribute_values(name, value);
            }
        }
        let update = update
            .update_expression(format!("SET {}", assignments.join(", ")))
            .condition_expression(conditions.join(" AND "))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(incomplete)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}
