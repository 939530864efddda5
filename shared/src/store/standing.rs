//! Room, profile and membership in one consistent batch.

use super::{Store, StoreError, keys::Key, record};
use crate::domain::{RoomId, Standing, UserId};

impl Store {
    /// How the user stands to the room: one round trip.
    pub async fn standing(&self, room_id: RoomId, user_id: UserId) -> Result<Standing, StoreError> {
        let keys = [Key::room(room_id), Key::profile(user_id), Key::member(room_id, user_id)];
        let mut found = self.batch_get(&keys).await?;
        let [room, profile, member] = keys.map(|key| found.remove(&key));
        Ok(Standing {
            room_id,
            user_id,
            room: record::parse_optional(room)?,
            profile: record::parse_optional(profile)?,
            member: record::parse_optional(member)?,
        })
    }
}
