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

/// For whom a profile is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewer {
    /// `None` is everybody who gets the same, such as a room's sockets.
    pub user: Option<UserId>,
    /// Whether users see each other's mail addresses.
    pub sees_emails: bool,
}

impl Profile {
    /// The mail address, where it is the viewer's own or users share theirs.
    #[must_use]
    pub fn email_for(&self, viewer: Viewer) -> Option<&Email> {
        let is_shown = viewer.sees_emails || viewer.user == Some(self.id);
        self.email.as_ref().filter(|_| is_shown)
    }
}

/// What an access token says of its user's profile. What it does not say stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileClaims {
    pub name: Option<Name>,
    pub email: Option<Email>,
    pub username: Option<Username>,
    pub profile_image: Option<Url>,
}
