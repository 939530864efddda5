//! Texts with a length limit, checked where they enter.
//!
//! Lengths count Unicode characters, as an app's input field does.

use serde::{Deserialize, Serialize};

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// More characters than allowed.
    #[error("must be at most {most} characters, this has {length}")]
    TooLong {
        /// The limit in characters.
        most: usize,
        length: usize,
    },
    /// Something else is expected there.
    #[error("must be {0}")]
    Malformed(&'static str),
}

/// Checks the two rules that every text has.
pub(super) fn within(text: &str, most: usize) -> Result<(), InvalidText> {
    if text.trim().is_empty() {
        return Err(InvalidText::Empty);
    }
    let length = text.chars().count();
    if length > most {
        return Err(InvalidText::TooLong { most, length });
    }
    Ok(())
}

macro_rules! text {
    ($(#[$doc:meta])+ $name:ident, $most:expr $(, $check:expr)?) => {
        $(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::domain::InvalidText;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                $crate::domain::text::within(&text, $most)?;
                $(($check)(text.as_str())?;)?
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}
pub(super) use text;

text! {
    /// A display name of a user or a room: 1 to 100 characters.
    Name, 100
}
text! {
    /// A handle such as `john`: 1 to 100 characters.
    Username, 100
}
text! {
    /// A mail address: at most 254 characters (RFC 5321), with something on both sides of an `@`.
    Email, 254, |text: &str| match text.split_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() => Ok(()),
        _ => Err(InvalidText::Malformed("a mail address")),
    }
}
text! {
    /// A web address of an image: at most 2,048 characters, `http` or `https`.
    Url, 2_048, |text: &str| {
        if text.starts_with("https://") || text.starts_with("http://") {
            Ok(())
        } else {
            Err(InvalidText::Malformed("an http or https address"))
        }
    }
}
text! {
    /// Where a message's file is: at most 2,048 characters, in the application's own notation.
    FileUrl, 2_048
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_count_characters_not_bytes() {
        assert!(Name::try_from("가".repeat(100)).is_ok());
        assert_eq!(
            Name::try_from("가".repeat(101)),
            Err(InvalidText::TooLong { most: 100, length: 101 })
        );
        assert_eq!(Name::try_from(" \n".to_owned()), Err(InvalidText::Empty));
    }

    #[test]
    fn addresses_are_checked_for_their_shape() {
        assert!(Email::try_from("user@example.com".to_owned()).is_ok());
        assert!(Email::try_from("user".to_owned()).is_err());
        assert!(Email::try_from("@example.com".to_owned()).is_err());
        assert!(Url::try_from("https://example.com/a.png".to_owned()).is_ok());
        assert!(Url::try_from("javascript:alert(1)".to_owned()).is_err());
    }
}
