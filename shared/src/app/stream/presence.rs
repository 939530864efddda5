//! Members who came online or went offline. `$connect` and `$disconnect` announce nothing.

use jiff::Timestamp;

use super::App;
use crate::{
    broadcast::Audience,
    domain::{Event, RoomId, UserId},
    store::StoreError,
};

/// Announcements for one record. A presence that changes faster is announced by the record's retry.
const ROUNDS: usize = 3;

impl App {
    /// Announces whether a member is online, and announces it again if that changed meanwhile.
    /// `shown` is what the room shows already.
    ///
    /// The records of two items come in no order, and a member and a presence are two items. So a
    /// record is only the occasion. What is announced is the state that the table has. Another
    /// invocation may announce an older state at the same time. It reads the state again after that,
    /// as this one does, so the last announcement is true.
    ///
    /// A user who is no longer a member leaves, and does not go offline.
    pub(super) async fn announce_presence(
        &self,
        room_id: RoomId,
        user: UserId,
        mut shown: Option<bool>,
        audience: Audience,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for round in 0..=ROUNDS {
            let presence = self.store.presence(room_id, user).await?;
            let Some((room, is_online)) = presence else { return Ok(()) };
            let is_announced = room.announces_presence(self.config.presence_max_members);
            if !is_announced || shown == Some(is_online) {
                return Ok(());
            }
            if round == ROUNDS {
                break;
            }
            let event = if is_online {
                Event::MemberOnline { room: room_id, user }
            } else {
                Event::MemberOffline { room: room_id, user }
            };
            self.broadcaster.broadcast(event, now, audience).await?;
            shown = Some(is_online);
        }
        Err(StoreError::Unavailable("a presence changes faster than it is announced".into()))
    }
}
