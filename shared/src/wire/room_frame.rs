//! Frames on `/ws/chat/{roomId}`: `{type, room_id, user_id, data}`, six types, and the error frame.

use serde::Serialize;

use super::view::{MemberView, MessageView, Seconds};
use crate::domain::{Event, Viewer};

/// What a room's socket is sent for an event.
#[derive(Debug, Serialize)]
pub struct RoomFrame<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    room_id: u64,
    user_id: u64,
    data: Data<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Message(MessageView<'a>),
    Read { user_id: u64, last_read_at: Seconds, last_read_message_id: u64 },
    Join(MemberView<'a>),
    Leave { user_id: u64 },
    Presence { user_id: u64, status: &'static str },
}

impl<'a> RoomFrame<'a> {
    #[must_use]
    pub fn new(event: &'a Event, viewer: Viewer) -> Self {
        let user_id = event.user().get();
        let data = match event {
            Event::Message(message) => Data::Message(MessageView::new(message, viewer)),
            Event::Read { at, last_read_message_id, .. } => Data::Read {
                user_id,
                last_read_at: Seconds(*at),
                last_read_message_id: *last_read_message_id,
            },
            Event::MemberJoin { member, profile } => {
                Data::Join(MemberView::joining(member, profile, viewer))
            }
            Event::MemberLeave { .. } => Data::Leave { user_id },
            Event::MemberOnline { .. } => Data::Presence { user_id, status: "online" },
            Event::MemberOffline { .. } => Data::Presence { user_id, status: "offline" },
        };
        Self { kind: event.name(), room_id: event.room().get(), user_id, data }
    }
}

/// Tells a client what was wrong with a frame it sent.
#[derive(Debug, Serialize)]
pub struct ErrorFrame<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    code: &'a str,
    message: &'a str,
    #[serde(rename = "requestId")]
    request_id: &'a str,
}

impl<'a> ErrorFrame<'a> {
    /// An error frame about the frame that was request `request_id`.
    #[must_use]
    pub fn new(code: &'a str, message: &'a str, request_id: &'a str) -> Self {
        Self { kind: "error", code, message, request_id }
    }
}
