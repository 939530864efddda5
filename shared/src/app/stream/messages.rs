//! Broadcasts that a sender handed over, or did not finish.

use super::App;
use crate::{
    broadcast::Hold,
    domain::{MessageId, Room, RoomId},
    moment::Moment,
    store::StoreError,
};

impl App {
    /// Continues a broadcast. If another holder has the lease, that holder broadcasts. It may have
    /// died after the messages' own records were processed, so another check is scheduled.
    pub(super) async fn continue_broadcast(
        &self,
        room: RoomId,
        sequence_number: &str,
        now: Moment,
    ) -> Result<(), StoreError> {
        let Some(room) = self.store.room(room).await? else { return Ok(()) };
        if !room.owes_a_broadcast() {
            return Ok(());
        }
        let newest = room.last_message_id.try_into();
        let newest = newest.map_err(|_| StoreError::Incomplete("a message id"))?;
        self.serve_or_watch(&room, newest, sequence_number, now).await
    }

    /// Makes sure that a message is broadcast, some seconds after it was stored. It never waits for a
    /// lease: while another holder has it, another check is scheduled.
    pub(super) async fn check_broadcast(
        &self,
        id: RoomId,
        message: MessageId,
        sequence_number: &str,
        now: Moment,
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
        now: Moment,
    ) -> Result<(), StoreError> {
        let hold = Hold::behind_the_stream(sequence_number, now, room);
        match self.take(room, &hold, now.time).await? {
            Some(room) => self.broadcaster.serve(room, &hold, None, now.time).await,
            None => self.store.watch(room.id, until, now.time).await,
        }
    }
}
