//! The one table, by access pattern.
//!
//! | method | reads or writes |
//! | --- | --- |
//! | [`Store::put_profile`], [`Store::refresh_profile`], [`Store::profile`], [`Store::profiles`] | `USER#u / PROFILE` |
//! | [`Store::create_room`], [`Store::room`], [`Store::rooms`] | `ROOM#r / META`, owner's membership |
//! | [`Store::standing`], [`Store::sender`], [`Store::standings`] | room, profile, membership, send record in one batch |
//! | [`Store::add_member`], [`Store::remove_member`], [`Store::members`], [`Store::members_after`], [`Store::memberships`] | `ROOM#r / MEMBER#u` and its inverse `USER#u / ROOM#r` |
//! | [`Store::mark_read`] | the read mark of `ROOM#r / MEMBER#u` |
//! | [`Store::add_message`] | the room's sequence, `ROOM#r / MSG#m`, the sender's read mark, `SEND#u#key / META` |
//! | [`Store::message`], [`Store::newest_messages`], [`Store::messages_after`], [`Store::messages_before`] | `ROOM#r / MSG#m` |
//! | [`Store::send_record`], [`Store::claim_telling`], [`Store::mark_told`] | `SEND#u#key / META` |
//! | [`Store::issue_ticket`], [`Store::redeem_ticket`] | `TICKET#t / META` |
//! | [`Store::register`], [`Store::connect`], [`Store::connection`], [`Store::connections_of`], [`Store::disconnect`], [`Store::forget`] | `CONN#c / META`, `USER#u / CONN#c`, subscriptions, `ROOM#r / ONLINE#u` |
//! | [`Store::subscribe`], [`Store::subscribers`], [`Store::subscriptions_of`], [`Store::online_users`], [`Store::unsubscribe`] | `ROOM#r#SUBS#s / USER#u#CONN#c` |
//!
//! Every read is consistent, and items past their `expires_at` count as absent: DynamoDB deletes
//! them hours late.

mod condition;
mod connection;
mod error;
mod history;
mod keys;
mod member;
mod message;
mod pages;
mod presence;
mod profile;
mod record;
mod request;
mod room;
mod send;
mod standing;
mod subscriber;
mod ticket;
mod transaction;

pub use error::StoreError;
pub use member::{Addition, Reading};
pub use message::Sending;
pub use pages::Pages;
pub use presence::Arrival;
pub use ticket::Redemption;
pub use transaction::RetryConflicts;

use aws_sdk_dynamodb::Client;

/// The chat's table. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
}

impl Store {
    /// A store on an existing table with the string keys `pk` and `sk`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// Opens the connection to DynamoDB, so that the first request does not wait for it.
    ///
    /// A function whose policy does not allow this read has its connection all the same.
    pub async fn warm(&self) {
        let _ = self.get(&keys::Key::room_sequence()).await;
    }
}
