//! An event as bytes, encoded once per dialect, not once per socket.

use crate::{
    aws::Payload,
    domain::{Dialect, Event, Viewer},
    wire::{
        json::{EncodeError, encode},
        room_frame::RoomFrame,
        ticket_frame::MessageFrame,
    },
};

pub(super) struct Frames {
    room: Payload,
    /// `None` for an event that ticket sockets do not receive.
    ticket: Option<Payload>,
}

impl Frames {
    pub fn of(event: &Event, viewer: Viewer) -> Result<Self, EncodeError> {
        let ticket = match event {
            Event::Message(message) => Some(Payload::new(encode(&MessageFrame::from(message))?)),
            _ => None,
        };
        Ok(Self { room: Payload::new(encode(&RoomFrame::new(event, viewer))?), ticket })
    }

    /// What a socket of this dialect is sent, if it receives such events at all.
    pub fn for_dialect(&self, dialect: Dialect) -> Option<&Payload> {
        match dialect {
            Dialect::Room => Some(&self.room),
            Dialect::Ticket => self.ticket.as_ref(),
        }
    }
}
