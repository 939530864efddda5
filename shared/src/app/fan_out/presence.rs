//! Members who came online or went offline. `$connect` and `$disconnect` announce nothing.

use jiff::Timestamp;

use super::App;
use crate::{
    domain::{ConnectionId, Event, RoomId, UserId},
    store::StoreError,
};

impl App {
    /// Announces a member, but not to the sockets whose coming it was.
    pub(super) async fn came_online(
        &self,
        room: RoomId,
        user: UserId,
        sockets: &[ConnectionId],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.announce(Event::MemberOnline { room, user }, sockets, now).await
    }

    pub(super) async fn went_offline(
        &self,
        room: RoomId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.announce(Event::MemberOffline { room, user }, &[], now).await
    }

    /// Of members only, and only where coming and going is announced: a user who was removed leaves,
    /// and does not go offline.
    async fn announce(
        &self,
        event: Event,
        except: &[ConnectionId],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let standing = self.store.standing(event.room(), event.user()).await?;
        let (Some(room), Some(_)) = (standing.room, standing.member) else { return Ok(()) };
        if room.announces_presence(self.config.presence_max_members) {
            self.broadcaster.broadcast(event, now, except).await?;
        }
        Ok(())
    }
}
