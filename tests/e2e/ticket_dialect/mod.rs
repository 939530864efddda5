//! `/chat`, the socket of the ticket guide: all rooms of a user, to send on as well as to receive.

mod both_dialects;
mod devices;
mod error_frames;
mod guide_clients;
mod profiles_from_tokens;
