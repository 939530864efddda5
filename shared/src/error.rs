//! Everything a request can end with besides success, and what the caller learns of it.

use crate::{
    auth::TokenError,
    causes::with_causes,
    domain::{
        Bypassed, Forbidden, InvalidId, NotYetSent, NothingToSend, OriginRefused,
        OwnerCannotBeNamed, Refusal, RoomId, TooMany, UserId,
    },
    store::StoreError,
    wire::{http::BodyError, json::EncodeError},
};

/// Why a ticket does not open a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketRefused {
    /// It came too late.
    #[error("the ticket has expired")]
    Expired,
    /// It was never issued, or is used up.
    #[error("the ticket is unknown or has been used")]
    Unknown,
}

/// An address is `http`, and callers are not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}: must be an https address")]
pub struct Unencrypted(pub &'static str);

/// How an error reaches an HTTP client. Sockets get the same code in an error frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorAnswer {
    pub status: u16,
    /// Stable: programs decide by it.
    pub code: &'static str,
}

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body is not what the route takes.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The body is well formed and says nothing.
    #[error(transparent)]
    NothingToSend(#[from] NothingToSend),
    #[error(transparent)]
    Unencrypted(#[from] Unencrypted),
    #[error(transparent)]
    NotYetSent(#[from] NotYetSent),
    #[error(transparent)]
    OwnerCannotBeNamed(#[from] OwnerCannotBeNamed),
    /// A part of the path is not an id.
    #[error("{name} in the path {problem}")]
    Path {
        name: &'static str,
        /// What is wrong with it.
        problem: InvalidId,
    },
    /// A query parameter of a socket's URL is not an id.
    #[error("the query parameter {name} {problem}")]
    Query {
        name: &'static str,
        /// What is wrong with it.
        problem: InvalidId,
    },
    /// The access token is missing or not valid.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The ticket is not good.
    #[error(transparent)]
    Ticket(#[from] TicketRefused),
    /// The page may not open sockets.
    #[error(transparent)]
    Origin(#[from] OriginRefused),
    #[error(transparent)]
    Bypassed(#[from] Bypassed),
    /// The caller may not do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A parameter of the query or a header is not usable.
    #[error("{name}: {problem}")]
    Parameter {
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The key of a send stands for another message.
    #[error("this idempotency key was used for something else")]
    KeyReused,
    /// A frame on a socket that only receives.
    #[error("this socket only receives; send with POST /api/v1/chat/rooms/{{roomId}}/messages")]
    ReceiveOnly,
    /// A socket's URL does not say who connects.
    #[error("the query parameter {0} is missing")]
    Anonymous(&'static str),
    /// A socket is open that is nobody's any more.
    #[error("this socket is not known any more: connect again")]
    Forgotten,
    /// The user may not do this in the room.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// Who is to be removed is not a member.
    #[error("user {user} is not a member of room {room}")]
    UnknownMember { room: RoomId, user: UserId },
    /// More than the user may have or do.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The answer cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The event does not have what API Gateway always sends.
    #[error("the event lacks {0}")]
    Event(&'static str),
}

impl Error {
    #[must_use]
    pub fn answer(&self) -> ErrorAnswer {
        let (status, code) = match self {
            Self::Body(BodyError::Unreadable(_)) => (400, "unreadable_body"),
            Self::Path { .. } | Self::Query { .. } => (400, "invalid_id"),
            Self::Anonymous(_) | Self::Forgotten => (401, "unauthenticated"),
            Self::Token(TokenError::Missing | TokenError::Invalid | TokenError::Expired) => {
                (401, "invalid_token")
            }
            Self::Ticket(TicketRefused::Expired | TicketRefused::Unknown) => {
                (401, "invalid_ticket")
            }
            Self::Origin(OriginRefused) => (403, "origin_refused"),
            Self::Forbidden(_) | Self::Bypassed(_) => (403, "forbidden"),
            Self::Parameter { .. } => (400, "invalid_parameter"),
            Self::KeyReused => (409, "idempotency_key_reused"),
            Self::ReceiveOnly => (400, "receive_only"),
            Self::Refusal(Refusal::NotAMember { .. }) => (403, "not_a_member"),
            Self::Refusal(Refusal::UnknownRoom(_)) => (404, "unknown_room"),
            Self::Refusal(Refusal::UnknownUser(_)) => (404, "unknown_user"),
            Self::UnknownMember { .. } => (404, "unknown_member"),
            Self::Body(BodyError::TooLarge(_)) => (413, "body_too_large"),
            Self::Body(BodyError::Invalid(_))
            | Self::NothingToSend(_)
            | Self::Unencrypted(_)
            | Self::NotYetSent(_)
            | Self::OwnerCannotBeNamed(_) => (422, "invalid_field"),
            Self::TooMany(_) => (429, "too_many_requests"),
            Self::Store(error) => match error {
                StoreError::Unavailable(_) => (503, "unavailable"),
                StoreError::Refused(_) | StoreError::Shape(_) | StoreError::Incomplete(_) => {
                    (500, "internal")
                }
            },
            Self::Token(TokenError::Unchecked) => (503, "unavailable"),
            Self::Encode(_) | Self::Event(_) => (500, "internal"),
        };
        ErrorAnswer { status, code }
    }

    /// Seconds after which the same request may succeed.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany(too_many) => Some(too_many.retry_after()),
            _ => (self.answer().status == 503).then_some(1),
        }
    }

    /// What the caller may know: of our own faults nothing but that there was one.
    #[must_use]
    pub fn public_message(&self) -> String {
        match self.answer().status {
            500 => "the server failed, the request may be tried again".to_owned(),
            503 => "the server is busy, try again in a second".to_owned(),
            _ => self.to_string(),
        }
    }

    /// The guide's close code of a refused socket: 1002 nothing usable was presented, 1003 what was
    /// presented is not accepted, 1011 our fault.
    #[must_use]
    pub fn close_code(&self) -> u16 {
        match self {
            Self::Anonymous(_) | Self::Path { .. } | Self::Query { .. } | Self::Origin(_) => 1002,
            Self::Body(_)
            | Self::NothingToSend(_)
            | Self::Unencrypted(_)
            | Self::NotYetSent(_)
            | Self::OwnerCannotBeNamed(_)
            | Self::Token(TokenError::Missing | TokenError::Invalid | TokenError::Expired)
            | Self::Ticket(_)
            | Self::Bypassed(_)
            | Self::Forbidden(_)
            | Self::Parameter { .. }
            | Self::KeyReused
            | Self::TooMany(_)
            | Self::ReceiveOnly
            | Self::Forgotten
            | Self::Refusal(_)
            | Self::UnknownMember { .. } => 1003,
            Self::Token(TokenError::Unchecked)
            | Self::Store(_)
            | Self::Encode(_)
            | Self::Event(_) => 1011,
        }
    }

    /// Writes our own faults to the log, with their causes. A caller's mistakes are not logged.
    pub fn log(&self) {
        if self.answer().status >= 500 {
            tracing::error!(error = with_causes(self), "the request failed");
        }
    }
}
