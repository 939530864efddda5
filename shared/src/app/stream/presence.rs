//! Members who came online or went offline. `$connect` and `$disconnect` announce nothing.

use jiff::Timestamp;

use super::App;
use crate::{broadcast::Audience, domain::Event, store::StoreError};

impl App {
    /// Tells everybody but the user's own sockets: one that opens while the end of the one before is
    /// being announced would hear that its user is offline.
    pub(super) async fn presence_changed(
        &self,
        event: Event,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let others = Audience::AllBut(event.user());
        self.announce_presence(event, others, now).await
    }

    /// Of members only, and only where coming and going is announced: a user who was removed leaves,
    /// and does not go offline.
    pub(super) async fn announce_presence(
        &self,
        event: Event,
        audience: Audience,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let standing = self.store.standing(event.room(), event.user()).await?;
        let (Some(room), Some(_)) = (standing.room, standing.member) else { return Ok(()) };
        if room.announces_presence(self.config.presence_max_members) {
            self.broadcaster.broadcast(event, now, audience).await?;
        }
        Ok(())
    }
}
