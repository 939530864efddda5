//! Bodies of the HTTP API's requests.

use serde::{Deserialize, de::DeserializeOwned};

use crate::domain::{
    Draft, Email, MessageId, MessageText, MessageType, Name, NothingToSend, Profile, Role, Url,
    UserId, Username,
};

/// Longest body that is read, in bytes: what `PostToConnection` could pass on.
pub const LARGEST_BODY: usize = 131_072;

/// Longest text of a serde error that is passed on: it may quote what the client sent.
const LONGEST_QUOTE: usize = 200;

/// Why a body is not what the route takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("the body must be at most {LARGEST_BODY} bytes, this has {0}")]
    TooLarge(usize),
    /// Not JSON at all.
    #[error("the body must be JSON: {0}")]
    Unreadable(String),
    /// JSON with a field missing, of the wrong type or against its rule.
    #[error("{0}")]
    Invalid(String),
}

/// Reads a JSON object, whatever its Content-Type says: browsers and Flutter send `text/plain`.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, BodyError> {
    if body.len() > LARGEST_BODY {
        return Err(BodyError::TooLarge(body.len()));
    }
    // serde would take an array for a struct, field by field.
    if body.trim_ascii_start().first() == Some(&b'[')
        && serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
    {
        return Err(BodyError::Invalid("the body must be a JSON object".into()));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| explain(&error))?;
    json.end().map_err(|error| BodyError::Unreadable(shortened(&error)))?;
    Ok(value)
}

fn explain(error: &serde_path_to_error::Error<serde_json::Error>) -> BodyError {
    let path = error.path().to_string();
    let text = shortened(error.inner());
    match error.inner().classify() {
        serde_json::error::Category::Data if path == "." => BodyError::Invalid(text),
        serde_json::error::Category::Data => BodyError::Invalid(format!("{path}: {text}")),
        _ => BodyError::Unreadable(text),
    }
}

fn shortened(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[derive(Debug, Deserialize)]
pub struct SendMessage {
    pub user_id: UserId,
    #[serde(default, deserialize_with = "text_or_none")]
    message: Option<MessageText>,
    #[serde(default)]
    message_type: Option<MessageType>,
    #[serde(default)]
    file_url: Option<Url>,
}

impl SendMessage {
    /// What is to be sent.
    pub fn draft(self) -> Result<Draft, NothingToSend> {
        Draft::new(self.message, self.message_type.unwrap_or_default(), self.file_url)
    }
}

/// An empty text is as good as none: whether there must be one is for the draft to say.
fn text_or_none<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<MessageText>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.trim().is_empty());
    text.map(MessageText::try_from).transpose().map_err(serde::de::Error::custom)
}

#[derive(Debug, Deserialize)]
pub struct MarkRead {
    pub user_id: UserId,
    /// Up to where, the newest message unless it is given.
    #[serde(default)]
    pub message_id: Option<MessageId>,
}

#[derive(Debug, Deserialize)]
pub struct AddMember {
    /// Who is to be a member.
    pub user_id: UserId,
    /// A plain member unless it says otherwise.
    #[serde(default)]
    pub role: Option<Role>,
}

#[derive(Debug, Deserialize)]
pub struct CreateRoom {
    /// Who will own it.
    pub user_id: UserId,
    /// What it is called.
    pub name: Name,
}

#[derive(Debug, Deserialize)]
pub struct PutUser {
    name: Name,
    email: Option<Email>,
    username: Option<Username>,
    profile_image: Option<Url>,
}

impl PutUser {
    /// The profile of this user.
    #[must_use]
    pub fn profile(self, id: UserId) -> Profile {
        let Self { name, email, username, profile_image } = self;
        Profile { id, name, email, username, profile_image }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> BodyError {
        read::<SendMessage>(body.as_bytes()).unwrap_err()
    }

    #[test]
    fn the_guides_shortest_body_is_enough() {
        let body: SendMessage = read(r#"{"user_id": 123, "message": "안녕!"}"#.as_bytes()).unwrap();
        assert_eq!(body.user_id.get(), 123);
        assert!(body.draft().is_ok());
    }

    #[test]
    fn a_wrong_field_is_named() {
        for (body, field) in [
            (r#"{"message":"x"}"#, "user_id"),
            (r#"{"user_id":"7","message":"x"}"#, "user_id"),
            (r#"{"user_id":0,"message":"x"}"#, "user_id"),
            (r#"{"user_id":-1,"message":"x"}"#, "user_id"),
            (r#"{"user_id":1.5,"message":"x"}"#, "user_id"),
            (r#"{"user_id":7,"message":5}"#, "message"),
            (r#"{"user_id":7,"message":"x","message_type":"poem"}"#, "message_type"),
            (r#"{"user_id":7,"message":"x","file_url":""}"#, "file_url"),
        ] {
            match refusal(body) {
                BodyError::Invalid(text) => assert!(text.contains(field), "{body}: {text}"),
                other => panic!("{body}: {other:?}"),
            }
        }
    }

    #[test]
    fn what_is_not_json_is_unreadable_and_an_array_is_no_object() {
        for body in ["", "{", "hello", r#"{"user_id":1}}"#, "\u{feff}{}"] {
            assert!(matches!(refusal(body), BodyError::Unreadable(_)), "{body:?}");
        }
        for body in ["[7,\"x\"]", "7", "null", "\"x\""] {
            assert!(matches!(refusal(body), BodyError::Invalid(_)), "{body:?}");
        }
        assert!(matches!(
            read::<SendMessage>(&vec![b'x'; LARGEST_BODY + 1]),
            Err(BodyError::TooLarge(_))
        ));
    }

    #[test]
    fn a_long_quotation_is_cut() {
        let BodyError::Invalid(text) =
            refusal(&format!(r#"{{"user_id":"{}"}}"#, "9".repeat(9_000)))
        else {
            panic!("not invalid")
        };
        assert!(text.len() < 300, "{text}");
    }
}
