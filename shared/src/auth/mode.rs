//! Whether a caller is believed.

use std::str::FromStr;

/// Whether a caller's word is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMode {
    /// The `user_id` of a request is believed: development only.
    Trusted,
    /// Every call carries a signed token, every socket a ticket.
    Required,
}

/// The word is none of [`AuthMode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be trusted or required")]
pub struct UnknownAuthMode;

impl FromStr for AuthMode {
    type Err = UnknownAuthMode;

    fn from_str(word: &str) -> Result<Self, UnknownAuthMode> {
        match word {
            "trusted" => Ok(Self::Trusted),
            "required" => Ok(Self::Required),
            _ => Err(UnknownAuthMode),
        }
    }
}
