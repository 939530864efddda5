//! Sending the same thing twice by mistake.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{MessageId, RoomId};

/// What a client calls one send, so that a repetition is recognised: 1 to 255 visible ASCII
/// characters, unique among the sends of its user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SendKey(String);

/// The text cannot be a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 255 visible ASCII characters")]
pub struct InvalidSendKey;

impl SendKey {
    /// How long a key is remembered.
    pub const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SendKey {
    type Err = InvalidSendKey;

    fn from_str(text: &str) -> Result<Self, InvalidSendKey> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        ((1..=255).contains(&text.len()) && visible)
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidSendKey)
    }
}

impl TryFrom<String> for SendKey {
    type Error = InvalidSendKey;

    fn try_from(text: String) -> Result<Self, InvalidSendKey> {
        text.parse()
    }
}

/// What a key stands for, once it was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendRecord {
    /// Where the message is.
    pub room_id: RoomId,
    /// Which one it is.
    pub message_id: MessageId,
    /// Whether the room has been told.
    pub told: bool,
    /// Until then whoever stored the message or claimed to tell the room is taken to be at it.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub claimed_until: Timestamp,
}

impl SendRecord {
    /// How long telling a room may take before another attempt takes over.
    pub const CLAIM: SignedDuration = SignedDuration::from_secs(3);

    /// The record of a message that has just been stored.
    #[must_use]
    pub fn stored(room_id: RoomId, message_id: MessageId, now: Timestamp) -> Self {
        let claimed_until = now.saturating_add(Self::CLAIM).unwrap_or(Timestamp::MAX);
        Self { room_id, message_id, told: false, claimed_until }
    }
}
