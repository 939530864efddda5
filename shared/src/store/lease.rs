//! The lease in `ROOM#r / META`, and the items that pass a broadcast on.

use aws_sdk_dynamodb::types::{
    ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use jiff::{SignedDuration, Timestamp};

use super::{
    Store, StoreError,
    condition::{if_held, refused_item},
    keys::Key,
    record::{self, Item, number, text},
    transaction::{Outcome, incomplete},
};
use crate::{
    dispatch::Dispatch,
    domain::{Lease, LeaseOwner, MessageId, Room, RoomId},
};

/// What giving a lease back came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release {
    /// Nobody holds it now, or somebody else: it was over, or an earlier try did this.
    Done,
    /// Messages were numbered meanwhile, by senders who count on the holder: the room as it is.
    MoreToDo(Box<Room>),
}

/// How long the items that pass a broadcast on are kept: what the stream keeps.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Rooms from before there were leases have no progress.
const IS_HELD_AND_NEWER: &str =
    "lease_owner = :me AND (attribute_not_exists(broadcast_id) OR broadcast_id <= :id)";

impl Store {
    /// Takes the lease of a room if it is still the one that was `seen`, or none. Returns the updated
    /// room, or `None` if another holder won.
    pub async fn take_lease(
        &self,
        room: RoomId,
        seen: Option<Lease>,
        lease: Lease,
    ) -> Result<Option<Room>, StoreError> {
        let update = self
            .update_item(&Key::room(room))
            .update_expression("SET lease_owner = :me, lease_until = :until")
            .expression_attribute_values(":me", text(lease.owner.to_string()))
            .expression_attribute_values(":until", number(lease.until.as_millisecond()))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let update = match seen {
            None => update
                .condition_expression("attribute_exists(pk) AND attribute_not_exists(lease_owner)"),
            Some(seen) => update
                .condition_expression("lease_owner = :seen AND lease_until = :seen_until")
                .expression_attribute_values(":seen", text(seen.owner.to_string()))
                .expression_attribute_values(":seen_until", number(seen.until.as_millisecond())),
        };
        match update.dispatch().await {
            Ok(answer) => record::parse_optional(answer.attributes),
            Err(error) => {
                let Some(item) = refused_item(&error) else { return if_held(Err(error)) };
                let room: Room = record::parse(item)?;
                // An earlier attempt took it and its answer was lost: owners are never used twice.
                Ok(Some(room).filter(|room| room.lease() == Some(lease)))
            }
        }
    }

    /// Gives the lease back: everything up to `broadcast_id` was broadcast, and there is no more.
    pub async fn release_lease(
        &self,
        room: RoomId,
        owner: LeaseOwner,
        broadcast_id: u64,
    ) -> Result<Release, StoreError> {
        let update = self
            .update_item(&Key::room(room))
            .update_expression("SET broadcast_id = :id REMOVE lease_owner, lease_until")
            .condition_expression("lease_owner = :me AND last_message_id = :id")
            .expression_attribute_values(":me", text(owner.to_string()))
            .expression_attribute_values(":id", number(broadcast_id))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = update.dispatch().await else { return Ok(Release::Done) };
        let Some(item) = refused_item(&error) else { return Err(error.into()) };
        let room: Room = record::parse(item)?;
        Ok(if room.lease_owner == Some(owner) {
            Release::MoreToDo(Box::new(room))
        } else {
            Release::Done
        })
    }

    /// Records progress for a successor. Returns whether the lease is still held.
    ///
    /// Progress never goes back. A process that continues a record of the stream has the owner of the one
    /// that died with it, and a request of the dead one may arrive after its own.
    pub async fn keep_progress(
        &self,
        room: RoomId,
        owner: LeaseOwner,
        broadcast_id: u64,
    ) -> Result<bool, StoreError> {
        let update = self
            .update_item(&Key::room(room))
            .update_expression("SET broadcast_id = :id")
            .condition_expression(IS_HELD_AND_NEWER)
            .expression_attribute_values(":me", text(owner.to_string()))
            .expression_attribute_values(":id", number(broadcast_id));
        Ok(if_held(update.dispatch().await)?.is_some())
    }

    /// Gives the lease back although there is more, and writes the note whose record of the stream makes
    /// another process continue.
    pub async fn hand_over(
        &self,
        room: RoomId,
        owner: LeaseOwner,
        broadcast_id: u64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let release = self
            .update(&Key::room(room))
            .update_expression("SET broadcast_id = :id REMOVE lease_owner, lease_until")
            .condition_expression(IS_HELD_AND_NEWER)
            .expression_attribute_values(":me", text(owner.to_string()))
            .expression_attribute_values(":id", number(broadcast_id))
            .build()
            .map_err(incomplete)?;
        let mut note = passing_on(&Key::handover(room), room, now);
        // An item that stays the same makes no record of the stream.
        note.insert("from".to_owned(), text(owner.to_string()));
        let writes = vec![TransactWriteItem::builder().update(release).build(), self.put(note)?];
        match self.commit(writes).await? {
            // Refused: another process has the lease, or has the same owner and came further. It continues.
            Outcome::Committed | Outcome::Refused(_) => Ok(()),
        }
    }

    /// Has the stream look after the room once more, until this message was broadcast.
    pub async fn watch(
        &self,
        room: RoomId,
        until: MessageId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut note = passing_on(&Key::watch(room), room, now);
        note.insert("message_id".to_owned(), number(until));
        self.put_item(note).dispatch().await?;
        Ok(())
    }
}

fn passing_on(key: &Key, room: RoomId, now: Timestamp) -> Item {
    let mut item = key.attributes();
    let expires_at = now.saturating_add(KEPT).unwrap_or(Timestamp::MAX);
    item.insert("room_id".to_owned(), number(room));
    item.insert("at".to_owned(), number(now.as_millisecond()));
    item.insert(record::EXPIRES_AT.to_owned(), number(expires_at.as_second()));
    item
}
