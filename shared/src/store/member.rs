//! `ROOM#r / MEMBER#u` and its inverse `USER#u / ROOM#r`.

use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use jiff::{SignedDuration, Timestamp};

use super::{
    Pages, Store, StoreError,
    keys::{Key, Range},
    record::{self, number, text},
    transaction::{Outcome, incomplete},
};
use crate::domain::{Member, ReadMark, Role, RoomId, TooMany, UserId};

/// What adding a user to a room came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addition {
    /// The user is a member now.
    Added(Member),
    /// The user was one already; nothing changed.
    AlreadyMember(Member),
    /// There is no such room.
    UnknownRoom,
    /// The room has no place left, or the user is in too many.
    TooMany(TooMany),
}

/// Positions in the transaction.
const MEMBER: usize = 0;
const COUNT: usize = 2;
const ROOMS: usize = 3;

/// How long the item of a `POST /read` is kept for the stream.
const READ_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What marking messages as read came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The mark is stored, and will be announced where reading is announced.
    Read,
    /// The member has read this far already, and that was announced. Nothing changed.
    ReadFurther,
    /// The user is not a member (any more).
    NotAMember,
}

impl Store {
    /// Makes a user a member. The user must exist.
    pub async fn add_member(
        &self,
        room: RoomId,
        user: UserId,
        role: Role,
        now: Timestamp,
    ) -> Result<Addition, StoreError> {
        let Some(room) = self.next_member(room).await? else {
            return Ok(Addition::UnknownRoom);
        };
        let id =
            room.last_member_id.try_into().map_err(|_| StoreError::Incomplete("a member id"))?;
        let member = Member::joining(&room, id, user, role, now);
        let outcome = self
            .commit(vec![
                self.put_new(record::item(&Key::member(room.id, user), &member)?)?,
                self.put(record::item(&Key::membership(user, room.id), &member)?)?,
                self.count_member(room.id)?,
                self.count_room(user)?,
            ])
            .await?;
        match outcome {
            Outcome::Committed => Ok(Addition::Added(member)),
            Outcome::Refused(conditions) if conditions.failed(MEMBER) => {
                let item = conditions.existing(MEMBER);
                let item = item.ok_or(StoreError::Incomplete("the member in the way"))?;
                Ok(Addition::AlreadyMember(record::parse(item)?))
            }
            Outcome::Refused(conditions) if conditions.has_existing(COUNT) => {
                Ok(Addition::TooMany(TooMany::Members(room.id)))
            }
            Outcome::Refused(conditions) if conditions.failed(ROOMS) => {
                Ok(Addition::TooMany(TooMany::Rooms(user)))
            }
            Outcome::Refused(_) => Ok(Addition::UnknownRoom),
        }
    }

    /// Counts a new member, on condition that the room exists and has a place left.
    fn count_member(&self, room: RoomId) -> Result<TransactWriteItem, StoreError> {
        let mut update = self.update(&Key::room(room));
        let mut condition = "attribute_exists(pk)".to_owned();
        if let Some(most) = self.quotas.members_per_room {
            condition += " AND member_count < :most";
            update = update.expression_attribute_values(":most", number(most));
        }
        let update = update
            .update_expression("ADD member_count :one")
            .expression_attribute_values(":one", number(1))
            .condition_expression(condition)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(incomplete)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// Ends a membership: whether there was one.
    pub async fn remove_member(&self, room: RoomId, user: UserId) -> Result<bool, StoreError> {
        let one_less = self
            .update(&Key::room(room))
            .update_expression("ADD member_count :change")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":change", number(-1))
            .build()
            .map_err(incomplete)?;
        let outcome = self
            .commit(vec![
                self.delete_existing(&Key::member(room, user))?,
                self.delete(&Key::membership(user, room))?,
                TransactWriteItem::builder().update(one_less).build(),
                self.count_room_left(user)?,
            ])
            .await?;
        Ok(matches!(outcome, Outcome::Committed))
    }

    /// The members of a room.
    #[must_use]
    pub fn members(&self, room: RoomId, now: Timestamp) -> Pages<Member> {
        self.pages(&Range::members(room), now)
    }

    #[must_use]
    pub fn memberships(&self, user: UserId, now: Timestamp) -> Pages<Member> {
        self.pages(&Range::rooms_of(user), now)
    }

    /// A page of the rooms that a user is in, after this room, in the order of the table's keys.
    pub async fn memberships_after(
        &self,
        user: UserId,
        after: Option<RoomId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Member>, StoreError> {
        let after = after.map(|room| Key::membership(user, room));
        self.memberships(user, now).after(after).first(limit).await
    }

    /// A page of the members of a room, after this user's.
    pub async fn members_after(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Member>, StoreError> {
        let after = after.map(|user| Key::member(room, user));
        self.members(room, now).after(after).first(limit).await
    }

    /// Moves a member's read mark forward to `message_id`, or leaves it where it is if that is
    /// further, and announces the mark if reading `is_announced` in the room and this mark was not.
    pub async fn mark_read(
        &self,
        room: RoomId,
        user: UserId,
        mut message_id: u64,
        is_announced: bool,
        now: Timestamp,
    ) -> Result<Reading, StoreError> {
        loop {
            let mut writes = vec![self.read_mark(room, user, message_id, is_announced, now)?];
            if is_announced {
                let read = ReadMark { room_id: room, user_id: user, message_id, at: now };
                let expires_at = now.saturating_add(READ_KEPT).unwrap_or(Timestamp::MAX);
                let key = Key::read(room, user);
                writes.push(self.put(record::expiring_item(&key, &read, expires_at)?)?);
            }
            let Outcome::Refused(conditions) = self.commit(writes).await? else {
                return Ok(Reading::Read);
            };
            let member: Option<Member> = record::parse_optional(conditions.existing(0))?;
            let Some(member) = member else { return Ok(Reading::NotAMember) };
            if member.has_read(message_id, is_announced) {
                return Ok(Reading::ReadFurther);
            }
            // A message that the member sent meanwhile moved the mark past this one. Marks only move
            // forward, so this ends.
            message_id = message_id.max(member.last_read_message_id);
        }
    }

    /// Moves a read mark, on condition that the member has not read further, and that this is news.
    fn read_mark(
        &self,
        room: RoomId,
        user: UserId,
        message_id: u64,
        is_announced: bool,
        now: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let update = self
            .update(&Key::member(room, user))
            .expression_attribute_values(":id", number(message_id))
            .expression_attribute_values(":now", text(now.to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let update = if is_announced {
            update
                .update_expression(
                    "SET last_read_message_id = :id, last_read_at = :now, announced_read_id = :id",
                )
                .condition_expression(
                    "attribute_exists(pk) AND last_read_message_id <= :id \
                     AND (attribute_not_exists(announced_read_id) OR announced_read_id < :id)",
                )
        } else {
            update
                .update_expression("SET last_read_message_id = :id, last_read_at = :now")
                // The first read of a member counts although there may be nothing to read yet.
                .condition_expression(
                    "last_read_message_id < :id OR (last_read_message_id = :id AND last_read_at = :never)",
                )
                .expression_attribute_values(":never", AttributeValue::Null(true))
        };
        let update = update.build().map_err(incomplete)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}
