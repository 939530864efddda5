//! Everything a request can end with besides success, and what the caller is told of it.

use crate::{
    broadcast::ExpelError,
    domain::{InvalidId, NothingToSend, Refusal, RoomId, UserId},
    store::StoreError,
    wire::http::BodyError,
};

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body is not what the route takes.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The body is well formed and says nothing.
    #[error(transparent)]
    NothingToSend(#[from] NothingToSend),
    /// A part of the path is not an id.
    #[error("{name} in the path {problem}")]
    Path {
        /// The path parameter.
        name: &'static str,
        /// What is wrong with it.
        problem: InvalidId,
    },
    /// A query parameter of a socket's URL is not an id.
    #[error("the query parameter {name} {problem}")]
    Query {
        /// The query parameter.
        name: &'static str,
        /// What is wrong with it.
        problem: InvalidId,
    },
    /// A socket's URL does not say who connects.
    #[error("the query parameter {0} is missing")]
    Anonymous(&'static str),
    /// The user may not do this in the room.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// Who is to be removed is not a member.
    #[error("user {user} is not a member of room {room}")]
    UnknownMember {
        /// The room.
        room: RoomId,
        /// The user.
        user: UserId,
    },
    /// The table failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A removed member's sockets could not be closed.
    #[error(transparent)]
    Expel(#[from] ExpelError),
    /// The event does not have what API Gateway always sends.
    #[error("the event lacks {0}")]
    Event(&'static str),
}

impl Error {
    /// Status and stable code of the answer.
    #[must_use]
    pub fn answer(&self) -> (u16, &'static str) {
        match self {
            Self::Body(BodyError::Unreadable(_)) => (400, "unreadable_body"),
            Self::Path { .. } | Self::Query { .. } => (400, "invalid_id"),
            Self::Anonymous(_) => (401, "unauthenticated"),
            Self::Refusal(Refusal::NotAMember { .. }) => (403, "not_a_member"),
            Self::Refusal(Refusal::UnknownRoom(_)) => (404, "unknown_room"),
            Self::Refusal(Refusal::UnknownUser(_)) => (404, "unknown_user"),
            Self::UnknownMember { .. } => (404, "unknown_member"),
            Self::Body(BodyError::TooLarge(_)) => (413, "body_too_large"),
            Self::Body(BodyError::Invalid(_)) | Self::NothingToSend(_) => (422, "invalid_field"),
            Self::Store(error) | Self::Expel(ExpelError::Store(error)) => match error {
                StoreError::Unavailable(_) => (503, "unavailable"),
                StoreError::Refused(_) | StoreError::Shape(_) | StoreError::Incomplete(_) => {
                    (500, "internal")
                }
            },
            Self::Expel(ExpelError::Close(_)) => (503, "unavailable"),
            Self::Event(_) => (500, "internal"),
        }
    }

    /// What the caller is told: of our own faults nothing but that there was one.
    #[must_use]
    pub fn public_message(&self) -> String {
        match self.answer().0 {
            500 => "the server failed, the request may be tried again".to_owned(),
            503 => "the server is busy, try again in a second".to_owned(),
            _ => self.to_string(),
        }
    }

    /// The guide's close code of a refused socket: 1002 nothing usable was presented, 1003 what was
    /// presented is not accepted, 1011 our fault.
    #[must_use]
    pub fn close_code(&self) -> u16 {
        match self.answer().0 {
            400 | 401 => 1002,
            500.. => 1011,
            _ => 1003,
        }
    }

    /// Whether it is our fault, and so belongs in the log.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.answer().0 >= 500
    }
}
