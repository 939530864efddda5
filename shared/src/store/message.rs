//! `ROOM#r / MSG#m` and the room's sequence.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use jiff::Timestamp;

use super::{
    Store, StoreError,
    condition::if_held,
    keys::Key,
    record::{self, number, text},
    transaction::{Conditions, Outcome, incomplete},
};
use crate::domain::{
    Draft, Limit, Message, MessageId, Profile, Room, RoomId, SendKey, SendRecord, UserId,
};

/// What storing a message came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// It is stored, under the room's next id.
    Stored(Message),
    /// Nothing was stored: the key stands for an earlier message.
    Repeated(SendRecord),
    /// Nothing was stored: the room is gone, or the sender is no longer a member.
    NotAMember,
}

/// Positions in the transaction.
const MESSAGE: usize = 0;
const MARK: usize = 1;
const KEY: usize = 2;

impl Store {
    /// Gives the draft the room's next id and stores it, counting it as read by its sender.
    ///
    /// An id whose transaction is refused stays void; see [`crate::domain::Slot`].
    pub async fn add_message(
        &self,
        room: RoomId,
        author: Profile,
        draft: Draft,
        key: Option<&SendKey>,
        now: Timestamp,
    ) -> Result<Sending, StoreError> {
        let Some(room) = self.next_message(room, now).await? else {
            return Ok(Sending::NotAMember);
        };
        let id =
            room.last_message_id.try_into().map_err(|_| StoreError::Incomplete("a message id"))?;
        let message = draft.into_message(id, room.id, author, now);
        match self.store_message(&message, key).await? {
            Outcome::Committed => Ok(Sending::Stored(message)),
            // The id is nobody else's: an earlier try, whose answer was lost, has stored it.
            Outcome::Refused(conditions) if conditions.failed(MESSAGE) => {
                Ok(Sending::Stored(message))
            }
            Outcome::Refused(conditions) => {
                self.void(message.room_id, id).await?;
                let earlier = record::parse_optional(conditions.existing(KEY))?;
                Ok(earlier.map_or(Sending::NotAMember, Sending::Repeated))
            }
        }
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

    async fn store_message(
        &self,
        message: &Message,
        key: Option<&SendKey>,
    ) -> Result<Outcome, StoreError> {
        let (room, author, now) = (message.room_id, message.author.id, message.created_at);
        let put = self.put_new(record::item(&Key::message(room, message.id), message)?)?;
        let key = key.map(|key| self.first_use(author, key, message)).transpose()?;
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

    /// Marks an id that was given out as one that will never be a message, so that nobody waits.
    async fn void(&self, room: RoomId, id: MessageId) -> Result<(), StoreError> {
        let item = Key::message(room, id).attributes();
        let put = self.put_item(item);
        let put = put.item("void", number(id)).condition_expression("attribute_not_exists(pk)");
        if_held(put.send().await)?;
        Ok(())
    }
}

fn overtaken(conditions: &Conditions) -> bool {
    let own = [MESSAGE, KEY].map(|position| conditions.failed(position));
    conditions.failed(MARK) && conditions.has_existing(MARK) && own == [false; 2]
}
