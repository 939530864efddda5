//! Sending the same thing twice by mistake.

use std::str::FromStr;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{MessageId, RoomId};

/// What a client calls one send, so that a repetition is recognised: 1 to 255 visible ASCII
/// characters, unique among the sends of its user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct SendKey(String);

/// The text cannot be a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 255 visible ASCII characters")]
pub struct InvalidSendKey;

impl SendKey {
    /// How long a key is remembered.
    pub const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

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
    pub room_id: RoomId,
    pub message_id: MessageId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii() {
        for text in ["a", "3fa85f64-5717-4562-b3fc-2c963f66afa6", "~!#", &"k".repeat(255)] {
            assert_eq!(text.parse::<SendKey>().map(|key| key.0), Ok(text.to_owned()));
        }
        for text in ["", " ", "a b", "열쇠", "a\n", &"k".repeat(256)] {
            assert_eq!(text.parse::<SendKey>(), Err(InvalidSendKey), "{text:?}");
        }
    }
}
