//! Becoming a member, for the sockets that are open already.

use jiff::Timestamp;

use super::App;
use crate::{
    domain::{Dialect, RoomId, UserId},
    store::{Arrival, StoreError},
};

impl App {
    /// Lets a new member's ticket sockets have the room's messages from now on: whether there are any.
    ///
    /// The membership is stored and the sockets are read after it; a connect stores the socket and
    /// reads the memberships after it. Whichever comes second sees the other.
    pub async fn subscribe_open_sockets(
        &self,
        room: RoomId,
        user: UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut is_online = false;
        for connection in self.store.connections_of(user, now).await? {
            if connection.dialect() == Dialect::Ticket {
                is_online |= self.store.subscribe(room, &connection).await? == Arrival::First;
            }
        }
        Ok(is_online)
    }
}
