//! Identifiers as types: a room's id cannot be passed where a user's is meant.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

/// The largest integer that a JavaScript number holds exactly, 2^53 - 1.
const LARGEST: u64 = 9_007_199_254_740_991;

/// Why a number or a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a positive integer, at most {LARGEST}")]
pub struct InvalidId;

macro_rules! numeric_id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            #[must_use]
            pub fn get(self) -> u64 {
                self.0
            }
        }

        impl TryFrom<u64> for $name {
            type Error = InvalidId;

            fn try_from(number: u64) -> Result<Self, InvalidId> {
                (1..=LARGEST).contains(&number).then_some(Self(number)).ok_or(InvalidId)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            /// Digits only: no sign, no space, no leading zero, so that one id has one spelling.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(InvalidId);
                }
                text.parse::<u64>().map_err(|_| InvalidId)?.try_into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_u64(PositiveInteger)?.try_into().map_err(de::Error::custom)
            }
        }
    )+};
}

numeric_id! {
    /// A user, numbered by the application that owns the accounts.
    UserId,
    /// A room, numbered from 1 in the order of creation.
    RoomId,
    /// A membership, numbered from 1 within its room.
    MemberId,
    /// A message, numbered from 1 within its room without reuse.
    MessageId,
}

struct PositiveInteger;

impl de::Visitor<'_> for PositiveInteger {
    type Value = u64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a positive integer")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<u64, E> {
        u64::try_from(number).map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))
    }

    /// JSON has one kind of number: `7.0` is the integer 7.
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<u64, E> {
        let whole = number.to_string().parse();
        whole.map_err(|_| E::invalid_type(de::Unexpected::Float(number), &self))
    }
}

/// One socket, named by the WebSocket API. Opaque.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionId(String);

impl ConnectionId {
    /// Takes the id as the WebSocket API gave it.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as the WebSocket API knows it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_id_has_one_spelling() {
        assert_eq!("7".parse::<RoomId>().map(RoomId::get), Ok(7));
        assert!("9007199254740991".parse::<RoomId>().is_ok());
        for text in [
            "",
            "0",
            "07",
            "-1",
            "+1",
            " 1",
            "1.0",
            "1e3",
            "٣",
            "9007199254740992",
            "99999999999999999999",
        ] {
            assert_eq!(text.parse::<RoomId>(), Err(InvalidId), "{text:?}");
        }
    }

    #[test]
    fn json_ids_are_positive_integers() {
        for json in ["7", "7.0", "0.7e1"] {
            assert_eq!(serde_json::from_str::<UserId>(json).unwrap().get(), 7, "{json}");
        }
        for json in
            ["0", "-1", "1.5", "-1.0", "1e300", "\"7\"", "null", "true", "[7]", "9007199254740992"]
        {
            assert!(serde_json::from_str::<UserId>(json).is_err(), "{json}");
        }
    }
}
