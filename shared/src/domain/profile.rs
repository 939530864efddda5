//! Who a user is to the others.

use serde::{Deserialize, Serialize};

use super::{Email, Name, Url, UserId, Username};

/// A user as the others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The user.
    pub id: UserId,
    /// Display name.
    pub name: Name,
    /// Mail address, when the application shares it.
    pub email: Option<Email>,
    /// Handle, when the application has them.
    pub username: Option<Username>,
    /// Picture.
    pub profile_image: Option<Url>,
}
