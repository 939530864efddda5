//! Frames on `/chat`: `{roomId, content, …}` in, `{id, roomId, content, timestamp, user}` out.
//!
//! A ticket socket receives messages only: the guide's clients decode every frame as one.

use serde::{Deserialize, Serialize};

use super::view::Seconds;
use crate::domain::{
    Draft, Message, MessageText, MessageType, NothingToSend, Profile, RoomId, SendKey, Url,
    Username,
};

/// A message that a client sends.
///
/// Its `timestamp` is not read: the time of a message is when it was stored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendFrame {
    pub room_id: RoomId,
    content: MessageText,
    /// The client's own name for this send.
    pub client_message_id: Option<SendKey>,
}

impl SendFrame {
    /// What is to be sent.
    pub fn draft(&self) -> Result<Draft, NothingToSend> {
        Draft::new(Some(self.content.clone()), MessageType::Text, None)
    }
}

/// A message as a ticket socket receives it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageFrame<'a> {
    id: u64,
    room_id: u64,
    content: &'a str,
    timestamp: Seconds,
    user: Author<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_message_id: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Author<'a> {
    id: u64,
    username: &'a str,
    profile_image: Option<&'a str>,
}

impl<'a> From<&'a Message> for MessageFrame<'a> {
    /// A message that is only a file has the file's address as its content.
    fn from(message: &'a Message) -> Self {
        let file = message.file_url.as_ref().map_or("", |url| url.as_str());
        Self {
            id: message.id.get(),
            room_id: message.room_id.get(),
            content: if message.text.is_empty() { file } else { &message.text },
            timestamp: Seconds(message.created_at),
            user: (&message.author).into(),
            client_message_id: message.client_message_id.as_ref().map(SendKey::as_str),
        }
    }
}

impl<'a> From<&'a Profile> for Author<'a> {
    /// Who has no handle goes by the display name.
    fn from(profile: &'a Profile) -> Self {
        Self {
            id: profile.id.get(),
            username: profile.username.as_ref().map_or(profile.name.as_str(), Username::as_str),
            profile_image: profile.profile_image.as_ref().map(Url::as_str),
        }
    }
}

/// The answer of `POST /chat/ticket`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IssuedTicket {
    pub ticket: String,
    /// Seconds that it is good for.
    pub expires_in: i64,
}
