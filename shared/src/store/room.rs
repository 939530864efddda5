//! `ROOM#r / META`.

use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder, types::ReturnValue,
};
use jiff::Timestamp;

use super::{
    Store, StoreError,
    condition::if_held,
    keys::Key,
    record::{self, number, text},
    transaction::Outcome,
};
use crate::domain::{Member, MemberId, Name, Role, Room, RoomId, UserId};

impl Store {
    pub async fn room(&self, room: RoomId) -> Result<Option<Room>, StoreError> {
        record::parse_optional(self.get(&Key::room(room)).await?)
    }

    /// Those of these rooms that exist.
    pub async fn rooms(&self, rooms: &[RoomId]) -> Result<Vec<Room>, StoreError> {
        let keys: Vec<Key> = rooms.iter().copied().map(Key::room).collect();
        self.batch_get(&keys).await?.into_values().map(record::parse).collect()
    }

    /// Creates a room whose first member and owner is `owner`.
    pub async fn create_room(
        &self,
        name: Name,
        owner: UserId,
        now: Timestamp,
    ) -> Result<Room, StoreError> {
        let id = self.next_room_id().await?;
        let first =
            MemberId::try_from(1).map_err(|_| StoreError::Incomplete("a first member id"))?;
        let room = Room {
            id,
            name,
            created_by: owner,
            created_at: now,
            member_count: 1,
            last_message_id: 0,
            last_message_at: None,
            last_member_id: first.get(),
        };
        let member = Member::joining(&room, first, owner, Role::Owner, now);
        let outcome = self
            .commit(vec![
                self.put_new(record::item(&Key::room(id), &room)?)?,
                self.put_new(record::item(&Key::member(id, owner), &member)?)?,
                self.put_new(record::item(&Key::membership(owner, id), &member)?)?,
            ])
            .await?;
        match outcome {
            Outcome::Committed => Ok(room),
            Outcome::Refused(_) => Err(StoreError::Incomplete("a free room id")),
        }
    }

    async fn next_room_id(&self) -> Result<RoomId, StoreError> {
        let counter = self
            .update_item(&Key::room_sequence())
            .update_expression("ADD last_room_id :one")
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await?;
        record::field(&counter.attributes.unwrap_or_default(), "last_room_id")
    }

    /// Gives out the room's next message id: the room after it, `None` when there is no such room.
    pub(super) async fn next_message(
        &self,
        room: RoomId,
        now: Timestamp,
    ) -> Result<Option<Room>, StoreError> {
        let expression = "ADD last_message_id :one SET last_message_at = :now";
        let update = self.update_room(room, expression);
        self.advanced(update.expression_attribute_values(":now", text(now.to_string()))).await
    }

    /// Gives out the room's next member id: the room after it, `None` when there is no such room.
    pub(super) async fn next_member(&self, room: RoomId) -> Result<Option<Room>, StoreError> {
        self.advanced(self.update_room(room, "ADD last_member_id :one")).await
    }

    fn update_room(&self, room: RoomId, expression: &str) -> UpdateItemFluentBuilder {
        let update = self.update_item(&Key::room(room));
        update.update_expression(expression).expression_attribute_values(":one", number(1))
    }

    async fn advanced(&self, update: UpdateItemFluentBuilder) -> Result<Option<Room>, StoreError> {
        let update = update.condition_expression("attribute_exists(pk)");
        let outcome = update.return_values(ReturnValue::AllNew).send().await;
        record::parse_optional(if_held(outcome)?.and_then(|answer| answer.attributes))
    }
}
