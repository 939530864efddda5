//! A live socket and what it is subscribed to.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{ConnectionId, RoomId, UserId};

/// API Gateway closes every socket after 2 hours; the margin covers a late `$disconnect`.
const LIFETIME: SignedDuration = SignedDuration::from_mins(130);

/// Posting to a socket whose `$connect` is still running answers 410, as for one that is gone. A cold
/// start may take 10 seconds before the function runs (AWS Lambda, "init phase"), and the template lets
/// it run for 10 more.
const SETTLING: SignedDuration = SignedDuration::from_secs(20);

/// How a socket was opened, which decides the frames that it sends and receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// `/ws/chat/{roomId}`: one room, receive only.
    Room,
    /// `/chat?ticket=`: every room of the user.
    Ticket,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    pub id: ConnectionId,
    pub user_id: UserId,
    /// The room it was opened for; `None` is a ticket socket, for all rooms of its user.
    pub room_id: Option<RoomId>,
    /// When it was opened.
    pub connected_at: Timestamp,
}

impl Connection {
    /// A socket that was opened for a room is a room socket.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        if self.room_id.is_some() { Dialect::Room } else { Dialect::Ticket }
    }

    /// When it is surely gone.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        end_of_life(self.connected_at)
    }

    /// Whether its `$connect` may still be running, so that API Gateway does not know it yet.
    #[must_use]
    pub fn is_settling(&self, now: Timestamp) -> bool {
        is_settling(self.connected_at, now)
    }
}

/// A socket that gets a room's events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    pub connection_id: ConnectionId,
    pub user_id: UserId,
    /// In which dialect it receives events.
    pub dialect: Dialect,
    /// When it was opened.
    pub connected_at: Timestamp,
}

impl Subscriber {
    /// The subscription of this socket to a room.
    #[must_use]
    pub fn of(connection: &Connection) -> Self {
        Self {
            connection_id: connection.id.clone(),
            user_id: connection.user_id,
            dialect: connection.dialect(),
            connected_at: connection.connected_at,
        }
    }

    /// The socket, which is subscribed to this room.
    #[must_use]
    pub fn connection(&self, room: RoomId) -> Connection {
        Connection {
            id: self.connection_id.clone(),
            user_id: self.user_id,
            room_id: (self.dialect == Dialect::Room).then_some(room),
            connected_at: self.connected_at,
        }
    }

    /// Whether its `$connect` may still be running, so that a 410 says nothing.
    #[must_use]
    pub fn is_settling(&self, now: Timestamp) -> bool {
        is_settling(self.connected_at, now)
    }

    /// Whether it is surely gone, although DynamoDB has not deleted it yet.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        end_of_life(self.connected_at) <= now
    }
}

fn end_of_life(connected_at: Timestamp) -> Timestamp {
    connected_at.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX)
}

fn is_settling(connected_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(connected_at) < SETTLING
}
