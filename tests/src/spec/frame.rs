//! Frames held against `infra/asyncapi.yaml`.

use serde_json::Value;

use super::{Located, Specification, conforms};

/// A socket of the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// `/ws/chat/{roomId}`, for the events of one room.
    Room,
    /// `/chat`, for the messages of all rooms of a user.
    Ticket,
}

impl Channel {
    /// The chat's socket at this URL, if it is one: the edge's own tests have others.
    #[must_use]
    pub fn of(path: &str, query: &str) -> Option<Self> {
        let asks_for =
            |name: &str| query.split('&').any(|part| part.split('=').next() == Some(name));
        match path {
            "/chat" => Some(Self::Ticket),
            _ if path.starts_with("/ws/chat/") || asks_for("room_id") => Some(Self::Room),
            _ => asks_for("ticket").then_some(Self::Ticket),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Room => "roomSocket",
            Self::Ticket => "ticketSocket",
        }
    }

    /// The messages that the server sends here, by name, with their schemas.
    #[must_use]
    pub fn sent(self) -> Vec<(&'static str, Located)> {
        let messages = Specification::AsyncApi.at(&format!("/channels/{}/messages", self.name()));
        let sent = messages.fields().filter(|(name, _)| !matches!(*name, "anything" | "outgoing"));
        sent.map(|(name, message)| {
            let payload = message.value.get("payload").expect("a message has a payload");
            (name, message.with(payload))
        })
        .collect()
    }

    /// Holds a frame from the server against the channel: the name of the message that it is.
    pub fn admits(self, frame: &Value) -> Result<&'static str, String> {
        let mut mismatches = Vec::new();
        for (name, schema) in self.sent() {
            match conforms(schema, frame) {
                Ok(()) => return Ok(name),
                Err(mismatch) => mismatches.push(format!("  {name}: {mismatch}")),
            }
        }
        let mismatches = mismatches.join("\n");
        Err(format!("no message of {} is {frame}\n{mismatches}", self.name()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_chats_sockets_are_known_by_their_urls() {
        assert_eq!(Channel::of("/ws/chat/1", "user_id=2"), Some(Channel::Room));
        assert_eq!(Channel::of("/ws/chat/1", "ticket=x"), Some(Channel::Room));
        assert_eq!(Channel::of("/chat", "ticket=x"), Some(Channel::Ticket));
        assert_eq!(Channel::of("/prod", "user_id=2&room_id=1"), Some(Channel::Room));
        assert_eq!(Channel::of("/prod", "ticket=x"), Some(Channel::Ticket));
        assert_eq!(Channel::of("/socket", "act=hang"), None);
    }

    #[test]
    fn a_frame_is_known_by_its_type() {
        let leave =
            json!({ "type": "member_leave", "room_id": 1, "user_id": 5, "data": { "user_id": 5 } });
        assert_eq!(Channel::Room.admits(&leave), Ok("memberLeave"));
        assert!(Channel::Ticket.admits(&leave).is_err());
        let mut more = leave.clone();
        more["data"]["why"] = "bored".into();
        assert!(Channel::Room.admits(&more).is_err_and(|why| why.contains("memberLeave: /data")));
    }
}
