//! Who a user is to the others.

use serde::{Deserialize, Serialize};

use super::{
    Email, Name, Url, UserId, Username,
    text::{stored, stored_if_any},
};

/// A user as the others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub id: UserId,
    #[serde(deserialize_with = "stored")]
    pub name: Name,
    /// Mail address, when the application shares it.
    #[serde(default, deserialize_with = "stored_if_any")]
    pub email: Option<Email>,
    /// Handle, when the application has them.
    #[serde(default, deserialize_with = "stored_if_any")]
    pub username: Option<Username>,
    #[serde(default, deserialize_with = "stored_if_any")]
    pub profile_image: Option<Url>,
}

/// What an access token says of its user's profile. What it does not say stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileClaims {
    pub name: Option<Name>,
    pub email: Option<Email>,
    pub username: Option<Username>,
    pub profile_image: Option<Url>,
}
