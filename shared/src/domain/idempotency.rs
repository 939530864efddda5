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
    /// How long telling a room may take before another attempt takes over, unless the claim is
    /// renewed.
    pub const CLAIM: SignedDuration = SignedDuration::from_secs(3);

    /// The record of a message that has just been stored.
    #[must_use]
    pub fn stored(room_id: RoomId, message_id: MessageId, now: Timestamp) -> Self {
        Self { room_id, message_id, told: false, claimed_until: until(now) }
    }

    /// The same with a new claim.
    #[must_use]
    pub fn claimed(&self, now: Timestamp) -> Self {
        Self { claimed_until: until(now), ..self.clone() }
    }

    /// Whether nobody is at telling the room, and nobody has.
    #[must_use]
    pub fn is_abandoned(&self, now: Timestamp) -> bool {
        !self.told && self.claimed_until < now
    }

    /// Whether it is time to renew the claim.
    #[must_use]
    pub fn is_ageing(&self, now: Timestamp) -> bool {
        self.claimed_until.duration_since(now) * 3 < Self::CLAIM * 2
    }
}

fn until(now: Timestamp) -> Timestamp {
    now.saturating_add(SendRecord::CLAIM).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_renewed_in_time_and_abandoned_afterwards() {
        let at = |milliseconds| Timestamp::from_millisecond(milliseconds).unwrap();
        let record =
            SendRecord::stored(1.try_into().unwrap(), 1.try_into().unwrap(), Timestamp::UNIX_EPOCH);
        for (now, ageing, abandoned) in
            [(0, false, false), (1_000, false, false), (1_001, true, false), (3_001, true, true)]
        {
            let found = (record.is_ageing(at(now)), record.is_abandoned(at(now)));
            assert_eq!(found, (ageing, abandoned), "after {now} ms");
        }
        assert!(!record.claimed(at(3_001)).is_ageing(at(4_000)));
        assert!(!SendRecord { told: true, ..record }.is_abandoned(at(9_000)));
    }

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
