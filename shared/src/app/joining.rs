//! Becoming a member, for the sockets that are open already.

use jiff::Timestamp;

use super::App;
use crate::{
    domain::Member,
    store::{Addition, StoreError},
};

impl App {
    /// Lets the member's sockets have the room's events before the caller is answered, also where the
    /// membership was there already: an earlier attempt may have died in between.
    pub async fn finish_addition(
        &self,
        addition: &Addition,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match addition {
            Addition::Added(member) | Addition::AlreadyMember(member) => {
                self.subscribe_open_sockets(member, now).await
            }
            Addition::UnknownRoom | Addition::TooMany(_) => Ok(()),
        }
    }

    /// Lets a new member's sockets have the room's events from now on: ticket sockets, and those for
    /// this room that a removal just before has not closed. Repeating it changes nothing.
    ///
    /// The membership is stored and the sockets are read after it; a connect stores the socket and
    /// reads the memberships after it. Whichever comes second sees the other.
    pub async fn subscribe_open_sockets(
        &self,
        member: &Member,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for connection in self.store.connections_of(member.user_id, now).await? {
            if connection.room_id.is_none_or(|room| room == member.room_id) {
                self.store.subscribe(&connection, std::slice::from_ref(member)).await?;
            }
        }
        Ok(())
    }
}
