//! A ticket: one socket, within 30 seconds, once.

use std::{fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::{Uuid, Version};

use super::UserId;

/// Names a ticket: a random UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketId(Uuid);

/// The text is not a ticket's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a ticket")]
pub struct NotATicket;

impl TicketId {
    /// A new one that nobody can guess.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl FromStr for TicketId {
    type Err = NotATicket;

    /// The hyphenated form only, so that one ticket has one spelling.
    fn from_str(text: &str) -> Result<Self, NotATicket> {
        let id = Uuid::try_parse(text).map_err(|_| NotATicket)?;
        let ours = id.get_version() == Some(Version::Random) && id.hyphenated().to_string() == text;
        ours.then_some(Self(id)).ok_or(NotATicket)
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

/// What a ticket is good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Who may connect with it.
    pub user_id: UserId,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// How often its user had signed out everywhere by then. Once more, and it opens nothing.
    #[serde(default)]
    pub sign_outs: u64,
}

impl Ticket {
    /// How long it may be redeemed.
    pub const LIFETIME: SignedDuration = SignedDuration::from_secs(30);

    /// When it can no longer be redeemed.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.issued_at.saturating_add(Self::LIFETIME).unwrap_or(Timestamp::MAX)
    }

    /// Whether it comes too late.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_has_one_spelling() {
        let text = "550e8400-e29b-41d4-a716-446655440000";
        assert_eq!(text.parse::<TicketId>().map(|id| id.to_string()), Ok(text.to_owned()));
        for other in
            ["", "x", "550E8400-E29B-41D4-A716-446655440000", "550e8400e29b41d4a716446655440000"]
        {
            assert_eq!(other.parse::<TicketId>(), Err(NotATicket), "{other:?}");
        }
    }

    #[test]
    fn a_ticket_is_good_for_less_than_thirty_seconds() {
        let ticket = Ticket {
            user_id: 7.try_into().unwrap(),
            issued_at: Timestamp::UNIX_EPOCH,
            sign_outs: 0,
        };
        assert!(!ticket.has_expired(Timestamp::from_millisecond(29_999).unwrap()));
        assert!(ticket.has_expired(Timestamp::from_second(30).unwrap()));
    }
}
