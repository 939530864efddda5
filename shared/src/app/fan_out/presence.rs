//! Members who came online or went offline. `$connect` and `$disconnect` announce nothing.

use jiff::Timestamp;

use super::App;
use crate::{
    domain::{Event, RoomId, UserId},
    store::StoreError,
};

impl App {
    pub(super) async fn came_online(
        &self,
        room: RoomId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.announce(Event::MemberOnline { room, user }, now).await
    }

    pub(super) async fn went_offline(
        &self,
        room: RoomId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.announce(Event::MemberOffline { room, user }, now).await
    }

    /// Of members only, and only where coming and going is announced: a user who was removed leaves,
    /// and does not go offline.
    ///
    /// Never to the user's own sockets: one that opens while the end of the one before is being
    /// announced would hear that its user is offline.
    async fn announce(&self, event: Event, now: Timestamp) -> Result<(), StoreError> {
        let user = event.user();
        let standing = self.store.standing(event.room(), user).await?;
        let (Some(room), Some(_)) = (standing.room, standing.member) else { return Ok(()) };
        if room.announces_presence(self.config.presence_max_members) {
            self.broadcaster.broadcast(event, now, Some(user)).await?;
        }
        Ok(())
    }
}
