//! A message, and what may be sent.

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    InvalidText, MessageId, Profile, RoomId, SendKey, Url,
    text::{stored_if_any, text, within},
};

text! {
    /// What a message says: 1 to 16,000 characters, so that its frame fits the 128 KB that
    /// `PostToConnection` takes, whatever the characters are. Any but NUL, where many clients stop
    /// reading.
    MessageText, |text: String| match text.find('\0') {
        Some(_) => Err(InvalidText::Hidden('\0')),
        None => within(text, 16_000),
    }
}

/// What kind of message it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum MessageType {
    #[default]
    Text,
    /// A picture at `file_url`.
    Image,
    /// A video at `file_url`.
    Video,
    /// A sound at `file_url`.
    Audio,
    /// Any other file at `file_url`.
    File,
}

/// The word is none of [`MessageType`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of text, image, video, audio, file")]
pub struct UnknownMessageType;

impl From<MessageType> for &'static str {
    fn from(kind: MessageType) -> Self {
        match kind {
            MessageType::Text => "text",
            MessageType::Image => "image",
            MessageType::Video => "video",
            MessageType::Audio => "audio",
            MessageType::File => "file",
        }
    }
}

impl FromStr for MessageType {
    type Err = UnknownMessageType;

    fn from_str(word: &str) -> Result<Self, UnknownMessageType> {
        [Self::Text, Self::Image, Self::Video, Self::Audio, Self::File]
            .into_iter()
            .find(|kind| <&str>::from(*kind) == word)
            .ok_or(UnknownMessageType)
    }
}

impl TryFrom<String> for MessageType {
    type Error = UnknownMessageType;

    fn try_from(word: String) -> Result<Self, UnknownMessageType> {
        word.parse()
    }
}

/// What a sender wants to say, before it is a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    text: Option<MessageText>,
    kind: MessageType,
    file_url: Option<Url>,
}

/// A draft has neither text nor file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("message: must not be empty unless there is a file_url")]
pub struct NothingToSend;

impl Draft {
    /// Text, a file, or both.
    pub fn new(
        text: Option<MessageText>,
        kind: MessageType,
        file_url: Option<Url>,
    ) -> Result<Self, NothingToSend> {
        if text.is_none() && file_url.is_none() {
            return Err(NothingToSend);
        }
        Ok(Self { text, kind, file_url })
    }

    /// Where the file is, if there is one.
    #[must_use]
    pub fn file_url(&self) -> Option<&Url> {
        self.file_url.as_ref()
    }

    /// Whether the message says the same.
    #[must_use]
    pub fn says_the_same_as(&self, message: &Message) -> bool {
        let text = self.text.as_ref().map_or("", MessageText::as_str);
        text == message.text && self.kind == message.kind && self.file_url == message.file_url
    }

    /// The message that this draft becomes.
    #[must_use]
    pub fn into_message(
        self,
        id: MessageId,
        room_id: RoomId,
        author: Profile,
        client_message_id: Option<SendKey>,
        now: Timestamp,
    ) -> Message {
        Message {
            id,
            room_id,
            text: self.text.map(String::from).unwrap_or_default(),
            kind: self.kind,
            file_url: self.file_url,
            created_at: now,
            author,
            client_message_id,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Place in the room's sequence.
    pub id: MessageId,
    pub room_id: RoomId,
    /// What it says, empty when it is only a file.
    pub text: String,
    /// What kind it is.
    pub kind: MessageType,
    /// Where its file is.
    #[serde(default, deserialize_with = "stored_if_any")]
    pub file_url: Option<Url>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// Who sent it, as that user was at the time.
    pub author: Profile,
    /// The sender's own name for it: how a client recognises the echo of its own message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_message_id: Option<SendKey>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_and_no_other_word_is_one() {
        for word in ["text", "image", "video", "audio", "file"] {
            assert_eq!(word.parse::<MessageType>().map(<&str>::from), Ok(word));
        }
        assert_eq!("Text".parse::<MessageType>(), Err(UnknownMessageType));
    }

    #[test]
    fn a_draft_needs_a_text_or_a_file() {
        let file = Url::try_from("https://example.com/cat.png".to_owned()).unwrap();
        assert_eq!(Draft::new(None, MessageType::Text, None), Err(NothingToSend));
        assert!(Draft::new(None, MessageType::Image, Some(file)).is_ok());
    }
}
