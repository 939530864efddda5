//! How much one user may take of what all share.

use super::{Rate, RoomId, TooSoon, UserId};

/// What users are limited to; `None` does not limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quotas {
    /// Messages of one member in one room.
    pub sends: Option<Rate>,
    pub tickets: Option<Rate>,
    /// Every other request that writes.
    pub writes: Option<Rate>,
    pub created_rooms: Option<Rate>,
    pub rooms_per_user: Option<u64>,
    pub members_per_room: Option<u64>,
    pub sockets_per_user: Option<usize>,
}

/// What one user's requests are counted in. Sends are counted in the membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    Tickets,
    Writes,
    CreatedRooms,
}

/// More than a user may have or do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMany {
    #[error(transparent)]
    Requests(#[from] TooSoon),
    #[error("user {0} is in as many rooms as a user may be in, and has to leave one first")]
    Rooms(UserId),
    #[error("room {0} has as many members as a room may have")]
    Members(RoomId),
}

impl Quotas {
    #[must_use]
    pub fn rate(&self, bucket: Bucket) -> Option<Rate> {
        match bucket {
            Bucket::Tickets => self.tickets,
            Bucket::Writes => self.writes,
            Bucket::CreatedRooms => self.created_rooms,
        }
    }
}

impl TooMany {
    /// Seconds after which it may have passed. Nobody knows when somebody leaves a room.
    #[must_use]
    pub fn retry_after(self) -> u64 {
        match self {
            Self::Requests(TooSoon { retry_after }) => retry_after,
            Self::Rooms(_) | Self::Members(_) => 3_600,
        }
    }
}
