//! `CONN#c / META` and `USER#u / CONN#c`: the sockets that are open.

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;

use super::{
    Store, StoreError,
    condition::if_held,
    keys::{Key, Range},
    record::{self, number},
    transaction::{Outcome, WRITES_AT_MOST},
};
use crate::{
    dispatch::Dispatch,
    domain::{Connection, ConnectionId, Member, UserId},
};

/// A socket is two items.
const SOCKETS_AT_ONCE: usize = WRITES_AT_MOST / 2;

/// What opening a socket came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    Open,
    /// Its user is no member, or no longer.
    NotAMember,
    /// Its user has signed out everywhere since the ticket was issued.
    SignedOut,
}

impl Store {
    /// Remembers an open ticket socket, before it is subscribed to anything.
    ///
    /// Whoever is added to a room from now on finds it; see [`Store::connections_of`].
    pub async fn register(
        &self,
        connection: &Connection,
        sign_outs: Option<u64>,
    ) -> Result<Entrance, StoreError> {
        Ok(match self.commit(self.registration(connection, sign_outs)?).await? {
            Outcome::Committed => Entrance::Open,
            Outcome::Refused(_) => Entrance::SignedOut,
        })
    }

    /// Remembers an open room socket and subscribes it.
    pub async fn connect(
        &self,
        connection: &Connection,
        member: &Member,
        sign_outs: Option<u64>,
    ) -> Result<Entrance, StoreError> {
        let mut writes = self.subscription(connection, member)?.to_vec();
        let membership = writes.len() - 1;
        writes.extend(self.registration(connection, sign_outs)?);
        Ok(match self.commit(writes).await? {
            Outcome::Committed => Entrance::Open,
            Outcome::Refused(conditions) if conditions.failed(membership) => Entrance::NotAMember,
            Outcome::Refused(_) => Entrance::SignedOut,
        })
    }

    /// The writes of a socket, on condition that the ticket's number of sign-outs still is the user's,
    /// if it came with a ticket.
    fn registration(
        &self,
        connection: &Connection,
        sign_outs: Option<u64>,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let expires_at = connection.expires_at();
        let open = Key::connection(&connection.id);
        let of_user = Key::user_connection(connection.user_id, &connection.id);
        let mut writes = vec![
            self.put(record::expiring_item(&open, connection, expires_at)?)?,
            self.put(record::expiring_item(&of_user, connection, expires_at)?)?,
        ];
        if let Some(sign_outs) = sign_outs {
            writes.push(self.require_sign_outs(connection.user_id, sign_outs)?);
        }
        Ok(writes)
    }

    /// The open socket with this id.
    pub async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        record::parse_optional(self.get(&Key::connection(id)).await?)
    }

    pub async fn connections_of(
        &self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Connection>, StoreError> {
        self.pages(&Range::connections_of(user), now).all().await
    }

    /// Forgets a socket. Its subscriptions are cleared behind the stream, however many they are.
    pub async fn disconnect(&self, connection: &Connection) -> Result<(), StoreError> {
        self.disconnect_all(std::slice::from_ref(connection)).await
    }

    /// The same for many sockets, 50 in a transaction.
    pub async fn disconnect_all(&self, connections: &[Connection]) -> Result<(), StoreError> {
        for chunk in connections.chunks(SOCKETS_AT_ONCE) {
            let mut writes = Vec::with_capacity(2 * chunk.len());
            for connection in chunk {
                writes.push(self.delete(&Key::connection(&connection.id))?);
                let of_user = Key::user_connection(connection.user_id, &connection.id);
                writes.push(self.delete(&of_user)?);
            }
            self.commit(writes).await?;
        }
        Ok(())
    }

    /// Makes a record of the stream for this socket, so that it is checked once more, unless it was
    /// forgotten meanwhile.
    pub async fn check_again(
        &self,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let touch = self
            .update_item(&Key::connection(&connection.id))
            .update_expression("SET checked_at = :now")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":now", number(now.as_millisecond()));
        if_held(touch.dispatch().await)?;
        Ok(())
    }
}
