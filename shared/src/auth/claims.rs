//! What an access token says.

use serde::{Deserialize, Deserializer};

use crate::domain::{Email, Name, ProfileClaims, Url, UserId, Username};

/// The claims that the chat reads.
#[derive(Debug, Deserialize)]
pub struct Claims {
    /// `sub`: the user's id, a positive integer, as a string or as a number.
    #[serde(rename = "sub", deserialize_with = "subject")]
    pub user: UserId,
    /// `exp`: seconds since 1970.
    #[serde(rename = "exp")]
    pub expires_at: i64,
    #[serde(default)]
    name: Lenient,
    #[serde(default)]
    email: Lenient,
    #[serde(default)]
    username: Lenient,
    #[serde(default)]
    picture: Lenient,
}

impl Claims {
    /// What the token says of the user's profile. A claim that breaks a rule counts as absent: it
    /// is the identity provider's business, and no reason to keep the user out.
    #[must_use]
    pub fn profile(self) -> ProfileClaims {
        ProfileClaims {
            name: self.name.read::<Name>(),
            email: self.email.read::<Email>(),
            username: self.username.read::<Username>(),
            profile_image: self.picture.read::<Url>(),
        }
    }
}

/// A claim of any type.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
struct Lenient(serde_json::Value);

impl Lenient {
    fn read<T: TryFrom<String>>(self) -> Option<T> {
        match self.0 {
            serde_json::Value::String(text) => T::try_from(text).ok(),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Subject {
    Text(String),
    Number(u64),
}

fn subject<'de, D: Deserializer<'de>>(deserializer: D) -> Result<UserId, D::Error> {
    match Subject::deserialize(deserializer)? {
        Subject::Text(text) => text.parse(),
        Subject::Number(number) => number.try_into(),
    }
    .map_err(serde::de::Error::custom)
}
