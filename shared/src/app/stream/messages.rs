//! Broadcasts that a sender handed over, or did not finish.

use jiff::Timestamp;

use super::App;
use crate::{
    broadcast::Hold,
    domain::{MessageId, Room, RoomId},
    store::StoreError,
};

impl App {
    /// Goes on with a broadcast. Where somebody else holds the lease, that is whose work it is; but
    /// that one may be dead, and the messages' own records worked off: so it looks again later.
    pub(super) async fn go_on(
        &self,
        room: RoomId,
        sequence_number: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(room) = self.store.room(room).await? else { return Ok(()) };
        if !room.owes_a_broadcast() {
            return Ok(());
        }
        let newest = room.last_message_id.try_into();
        let newest = newest.map_err(|_| StoreError::Incomplete("a message id"))?;
        self.serve_or_watch(&room, newest, sequence_number, now).await
    }

    /// Sees to it that a message is broadcast, some seconds after it was stored.
    ///
    /// It neither waits for a lease nor forgets: while somebody holds one it looks again later.
    pub(super) async fn look_after(
        &self,
        id: RoomId,
        message: MessageId,
        sequence_number: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(room) = self.store.room(id).await? else { return Ok(()) };
        if room.broadcast_id() >= message.get() {
            return Ok(());
        }
        self.serve_or_watch(&room, message, sequence_number, now).await
    }

    async fn serve_or_watch(
        &self,
        room: &Room,
        until: MessageId,
        sequence_number: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let hold = Hold::behind_the_stream(sequence_number, now, room);
        match self.take(room, &hold, now).await? {
            Some(room) => self.broadcaster.serve(room, &hold, None, now).await,
            None => self.store.watch(room.id, until, now).await,
        }
    }
}
