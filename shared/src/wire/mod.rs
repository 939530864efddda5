//! The shapes of the two guides: what comes in, what goes out. No rule of the chat is here.

pub mod answer;
pub mod http;
pub mod json;
pub mod room_frame;
pub mod ticket_frame;
pub mod view;
