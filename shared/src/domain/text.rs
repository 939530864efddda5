//! Texts with a length limit, checked where they enter.
//!
//! Lengths count Unicode characters, as an app's input field does.

use serde::{Deserialize, Deserializer, Serialize};

use super::{InvalidText, address, display};

/// A text, if it keeps the two rules that every text has.
pub(super) fn within(text: String, most: usize) -> Result<String, InvalidText> {
    if text.trim().is_empty() {
        return Err(InvalidText::Empty);
    }
    let length = text.chars().count();
    if length > most {
        return Err(InvalidText::TooLong { most, length });
    }
    Ok(text)
}

/// A text that was checked when it came, by the rules of then: what is stored can always be read.
pub(super) trait Stored {
    fn stored(text: String) -> Self;
}

pub(super) fn stored<'de, T: Stored, D: Deserializer<'de>>(text: D) -> Result<T, D::Error> {
    String::deserialize(text).map(T::stored)
}

pub(super) fn stored_if_any<'de, T: Stored, D: Deserializer<'de>>(
    text: D,
) -> Result<Option<T>, D::Error> {
    Ok(Option::<String>::deserialize(text)?.map(T::stored))
}

/// A text that is made of any other by `$check`, which says what is stored, or why it is refused.
macro_rules! text {
    ($(#[$doc:meta])+ $name:ident, $check:expr) => {
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
                ($check)(text).map(Self)
            }
        }

        impl $crate::domain::text::Stored for $name {
            fn stored(text: String) -> Self {
                Self(text)
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
    /// A display name of a user or a room: 1 to 100 characters, composed (NFC), none of them hidden.
    Name, |text: String| name(&text)
}
text! {
    /// A handle such as `john`: the same.
    Username, |text: String| name(&text)
}
text! {
    /// A mail address: at most 254 characters (RFC 5321).
    Email, |text| within(text, 254).and_then(address::mail)
}
text! {
    /// A web address of an image or a file: at most 2,048 characters, `http` or `https`.
    Url, |text: String| within(text, URL).and_then(|text| within(address::web(&text)?, URL))
}

const URL: usize = 2_048;

fn name(text: &str) -> Result<String, InvalidText> {
    if text.trim().is_empty() {
        return Err(InvalidText::Empty);
    }
    within(display::displayed(text)?, 100)
}

impl Url {
    /// Whether nobody can read or change on the way what is there.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.0.starts_with("https:")
    }
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
        assert!(Url::try_from("https://example.com/a.png".to_owned()).unwrap().is_encrypted());
        assert!(!Url::try_from("http://example.com/a.png".to_owned()).unwrap().is_encrypted());
        assert!(Url::try_from("javascript:alert(1)".to_owned()).is_err());
        // 700 characters of three bytes, each of which is written in three.
        let long = Url::try_from(format!("https://example.com/{}", "가".repeat(700)));
        assert!(matches!(long, Err(InvalidText::TooLong { most: URL, .. })));
    }

    #[test]
    fn what_is_stored_can_be_read_whatever_the_rules_are_now() {
        let read = |json: &'static str| {
            let mut json = serde_json::Deserializer::from_str(json);
            stored::<Name, _>(&mut json).map(String::from)
        };
        assert_eq!(read(r#""a\u202eb""#).unwrap(), "a\u{202e}b");
    }
}
