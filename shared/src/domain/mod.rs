//! The rules of the chat, without a network, a clock or a database.
//!
//! Nothing here may name AWS, Lambda or an async runtime.

mod address;
mod connection;
mod display;
mod event;
mod front_door;
mod history;
mod id;
mod idempotency;
mod invalid_text;
mod lease;
mod member;
mod message;
mod origin;
mod paging;
mod permission;
mod profile;
mod quota;
mod rate;
mod room;
mod standing;
mod text;
mod ticket;

pub use connection::{Connection, Dialect, Subscriber};
pub use event::Event;
pub use front_door::{Bypassed, FrontDoor, InvalidSecrets};
pub use history::{History, ReadMarks, Slot};
pub use id::{ConnectionId, InvalidId, MemberId, MessageId, RoomId, UserId};
pub use idempotency::{SendKey, SendRecord};
pub use invalid_text::InvalidText;
pub use lease::{Lease, LeaseOwner};
pub use member::{Member, OwnerCannotBeNamed, ReadMark, Role};
pub use message::{Draft, Message, MessageText, MessageType, NothingToSend};
pub use origin::{OriginRefused, Origins};
pub use paging::{InvalidPage, Limit, Mark};
pub use permission::{Caller, Forbidden};
pub use profile::{Profile, ProfileClaims, Viewer};
pub use quota::{Bucket, Quotas, TooMany};
pub use rate::{Charge, NotARate, Rate, TooSoon};
pub use room::{NotYetSent, Room, SETTLED};
pub use standing::{Membership, Refusal, Standing};
pub use text::{Email, Name, Url, Username};
pub use ticket::{NotATicket, Ticket, TicketId};
