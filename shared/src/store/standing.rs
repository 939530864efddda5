//! Room, profile and membership in one consistent batch.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    Store, StoreError,
    keys::Key,
    record::{self, Item},
};
use crate::domain::{Member, Room, RoomId, SendKey, SendRecord, Standing, UserId};

impl Store {
    /// How the user stands to the room: one round trip.
    pub async fn standing(&self, room_id: RoomId, user_id: UserId) -> Result<Standing, StoreError> {
        let found = self.batch_get(&keys(room_id, user_id)).await?;
        standing(room_id, user_id, found)
    }

    /// The same for a sender, and what the sender's key stands for, if it was used.
    pub async fn sender(
        &self,
        room_id: RoomId,
        user_id: UserId,
        key: Option<&SendKey>,
        now: Timestamp,
    ) -> Result<(Standing, Option<SendRecord>), StoreError> {
        let key = key.map(|key| Key::send(user_id, key));
        let wanted: Vec<Key> = keys(room_id, user_id).into_iter().chain(key.clone()).collect();
        let mut found = self.batch_get(&wanted).await?;
        let record = key.and_then(|key| found.remove(&key));
        let record = record.filter(|item| !record::has_expired(item, now));
        Ok((standing(room_id, user_id, found)?, record::parse_optional(record)?))
    }

    /// How one user stands to many rooms, those that do not exist left out.
    pub async fn standings(
        &self,
        user_id: UserId,
        rooms: &[RoomId],
    ) -> Result<Vec<(Room, Member)>, StoreError> {
        let wanted = rooms.iter().flat_map(|room| [Key::room(*room), Key::member(*room, user_id)]);
        let mut found = self.batch_get(&wanted.collect::<Vec<_>>()).await?;
        let mut standings = Vec::with_capacity(rooms.len());
        for room in rooms {
            let item = found.remove(&Key::room(*room));
            let member = found.remove(&Key::member(*room, user_id));
            if let (Some(room), Some(member)) = (item, member) {
                standings.push((record::parse(room)?, record::parse(member)?));
            }
        }
        Ok(standings)
    }
}

fn keys(room: RoomId, user: UserId) -> [Key; 3] {
    [Key::room(room), Key::profile(user), Key::member(room, user)]
}

fn standing(
    room_id: RoomId,
    user_id: UserId,
    mut found: HashMap<Key, Item>,
) -> Result<Standing, StoreError> {
    let [room, profile, member] = keys(room_id, user_id).map(|key| found.remove(&key));
    Ok(Standing {
        room_id,
        user_id,
        room: record::parse_optional(room)?,
        profile: record::parse_optional(profile)?,
        member: record::parse_optional(member)?,
    })
}
