//! `ROOM#r / META`.

use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder, types::ReturnValue,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Store, StoreError,
    condition::if_held,
    keys::Key,
    record::{self, Item, number, text},
    transaction::Outcome,
};
use crate::{
    dispatch::Dispatch,
    domain::{Bucket, Lease, Member, Name, Role, Room, RoomId, SendKey, TooMany, UserId},
};

/// What a key for the creation of a room stands for.
#[derive(Serialize, Deserialize)]
struct Created {
    room_id: RoomId,
    /// The name that was asked for: the room may have another one by now.
    #[serde(default)]
    name: Option<String>,
}

/// Positions in the transaction that creates a room.
const ROOMS: usize = 3;
const KEY: usize = 4;

/// What came of an attempt to create a room.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there is one per request")]
pub enum Creation {
    /// The room is there, with its owner. With a key that was used before it is the earlier room.
    Created(Room, Member),
    /// The key stands for this room, which its creator has left since.
    Left(RoomId),
    /// The key stands for a room of another name.
    KeyReused,
    /// The creator is in too many rooms, or has created too many lately.
    TooMany(TooMany),
}

impl Store {
    pub async fn room(&self, room: RoomId) -> Result<Option<Room>, StoreError> {
        record::parse_optional(self.get(&Key::room(room)).await?)
    }

    /// Those of these rooms that exist.
    pub async fn rooms(&self, rooms: &[RoomId]) -> Result<Vec<Room>, StoreError> {
        let keys: Vec<Key> = rooms.iter().copied().map(Key::room).collect();
        self.batch_get(&keys).await?.into_values().map(record::parse).collect()
    }

    /// Creates a room whose first member and owner is `owner`, once for each `key`. A repetition does
    /// not count as another room.
    pub async fn create_room(
        &self,
        name: Name,
        owner: UserId,
        key: Option<&SendKey>,
        now: Timestamp,
    ) -> Result<Creation, StoreError> {
        let key = key.map(|key| Key::creation(owner, key));
        if let Some(key) = &key
            && let Some(earlier) = self.get(key).await?
            && !record::has_expired(&earlier, now)
        {
            return self.created(earlier, owner, &name).await;
        }
        if let Err(too_many) = self.charge(owner, Bucket::CreatedRooms, now).await? {
            return Ok(Creation::TooMany(too_many));
        }
        let id = self.next_room_id().await?;
        let created = Created { room_id: id, name: Some(name.as_str().to_owned()) };
        let room = Room::new(id, name.clone(), owner, now);
        let first = room.last_member_id.try_into();
        let first = first.map_err(|_| StoreError::Incomplete("a first member id"))?;
        let member = Member::joining(&room, first, owner, Role::Owner, now);
        let mut writes = vec![
            self.put_new(record::item(&Key::room(id), &room)?)?,
            self.put_new(record::item(&Key::member(id, owner), &member)?)?,
            self.put_new(record::item(&Key::membership(owner, id), &member)?)?,
            self.count_room(owner)?,
        ];
        if let Some(key) = &key {
            writes.push(self.first_use(key, &created, now)?);
        }
        match self.commit(writes).await? {
            Outcome::Committed => Ok(Creation::Created(room, member)),
            Outcome::Refused(conditions) => {
                let has_too_many = conditions.failed(ROOMS);
                match conditions.existing(KEY) {
                    // The same request, made at the same time, was first.
                    Some(earlier) => self.created(earlier, owner, &name).await,
                    None if has_too_many => Ok(Creation::TooMany(TooMany::Rooms(owner))),
                    None => Err(StoreError::Incomplete("a free room id")),
                }
            }
        }
    }

    async fn created(
        &self,
        record: Item,
        owner: UserId,
        asked: &Name,
    ) -> Result<Creation, StoreError> {
        let Created { room_id, name } = record::parse(record)?;
        if name.is_some_and(|name| name != asked.as_str()) {
            return Ok(Creation::KeyReused);
        }
        let standing = self.standings(owner, &[room_id]).await?.pop();
        Ok(standing.map_or(Creation::Left(room_id), |(room, owner)| Creation::Created(room, owner)))
    }

    async fn next_room_id(&self) -> Result<RoomId, StoreError> {
        let counter = self
            .update_item(&Key::room_sequence())
            .update_expression("ADD last_room_id :one")
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew)
            .dispatch()
            .await?;
        record::field(&counter.attributes.unwrap_or_default(), "last_room_id")
    }

    /// Gives out the room's next message id, and the lease with it if nobody holds that: the room
    /// after it, `None` when there is no such room.
    pub async fn number_message(
        &self,
        room: RoomId,
        lease: Lease,
        now: Timestamp,
    ) -> Result<Option<Room>, StoreError> {
        let update = self
            .update_room(
                room,
                "ADD last_message_id :one SET last_message_at = :now, \
                 lease_owner = if_not_exists(lease_owner, :me), \
                 lease_until = if_not_exists(lease_until, :until), \
                 broadcast_id = if_not_exists(broadcast_id, last_message_id)",
            )
            .expression_attribute_values(":now", text(now.to_string()))
            .expression_attribute_values(":me", text(lease.owner.to_string()))
            .expression_attribute_values(":until", number(lease.until.as_millisecond()));
        self.advanced(update).await
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
        let outcome = update.return_values(ReturnValue::AllNew).dispatch().await;
        record::parse_optional(if_held(outcome)?.and_then(|answer| answer.attributes))
    }
}
