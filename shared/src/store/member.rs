//! `ROOM#r / MEMBER#u` and its inverse `USER#u / ROOM#r`.

use jiff::Timestamp;

use super::{
    Pages, Store, StoreError,
    condition::if_held,
    keys::{Key, Range},
    record::{self, number, text},
    transaction::Outcome,
};
use crate::domain::{Member, Role, RoomId, UserId};

/// What adding a user to a room came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addition {
    /// The user is a member now.
    Added(Member),
    /// The user was one already; nothing changed.
    AlreadyMember(Member),
    /// There is no such room.
    UnknownRoom,
}

/// What marking messages as read came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The mark is there now.
    Read,
    /// The member has read further already; nothing changed.
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
                self.count_members(&Key::room(room.id), 1)?,
            ])
            .await?;
        match outcome {
            Outcome::Committed => Ok(Addition::Added(member)),
            Outcome::Refused(conditions) => match conditions.existing(0) {
                Some(item) => Ok(Addition::AlreadyMember(record::parse(item)?)),
                None => Ok(Addition::UnknownRoom),
            },
        }
    }

    /// Ends a membership: whether there was one.
    pub async fn remove_member(&self, room: RoomId, user: UserId) -> Result<bool, StoreError> {
        let outcome = self
            .commit(vec![
                self.delete_existing(&Key::member(room, user))?,
                self.delete(&Key::membership(user, room))?,
                self.delete(&Key::presence(room, user))?,
                self.count_members(&Key::room(room), -1)?,
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

    /// A page of the members of a room, after this user's.
    pub async fn members_after(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Member>, StoreError> {
        let pages = self.members(room, now);
        let pages = match after {
            Some(user) => pages.after(&Key::member(room, user)),
            None => pages,
        };
        pages.first(limit).await
    }

    /// Moves a member's read mark forward to `message_id`.
    pub async fn mark_read(
        &self,
        room: RoomId,
        user: UserId,
        message_id: u64,
        now: Timestamp,
    ) -> Result<Reading, StoreError> {
        let update = self
            .update_item(&Key::member(room, user))
            .update_expression("SET last_read_message_id = :id, last_read_at = :now")
            .condition_expression("attribute_exists(pk) AND last_read_message_id <= :id")
            .expression_attribute_values(":id", number(message_id))
            .expression_attribute_values(":now", text(now.to_string()));
        if if_held(update.send().await)?.is_some() {
            return Ok(Reading::Read);
        }
        let member = self.get(&Key::member(room, user)).await?;
        Ok(member.map_or(Reading::NotAMember, |_| Reading::ReadFurther))
    }
}
