//! An event as bytes, encoded once per dialect, not once per socket.

use std::sync::OnceLock;

use serde::Serialize;

use crate::{
    domain::{Dialect, Event},
    wire::{room_frame::RoomFrame, ticket_frame::Incoming},
};

/// The frames of one event.
pub(super) struct Frames<'a> {
    event: &'a Event,
    room: OnceLock<Vec<u8>>,
    ticket: OnceLock<Vec<u8>>,
}

impl<'a> Frames<'a> {
    pub fn of(event: &'a Event) -> Self {
        Self { event, room: OnceLock::new(), ticket: OnceLock::new() }
    }

    /// What a socket of this dialect is sent, if it is told of such events at all.
    pub fn for_dialect(&self, dialect: Dialect) -> Option<&[u8]> {
        match dialect {
            Dialect::Room => Some(self.room.get_or_init(|| encode(&RoomFrame::from(self.event)))),
            Dialect::Ticket => match self.event {
                Event::Message(message) => {
                    Some(self.ticket.get_or_init(|| encode(&Incoming::from(message))))
                }
                _ => None,
            },
        }
    }
}

/// The JSON of a frame. Our frames have no maps and no failing serializers.
pub(super) fn encode(frame: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(frame).unwrap_or_default()
}
