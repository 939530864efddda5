//! The one table, by access pattern.
//!
//! | method | reads or writes |
//! | --- | --- |
//! | [`Store::put_profile`], [`Store::refresh_profile`], [`Store::profile`], [`Store::profiles`] | `USER#u / PROFILE` |
//! | [`Store::create_room`], [`Store::room`], [`Store::rooms`] | `ROOM#r / META`, owner's membership, `CREATE#u#key / META` |
//! | [`Store::standing`], [`Store::sender`], [`Store::standings`] | room, profile, membership, send record in one batch |
//! | [`Store::add_member`], [`Store::remove_member`], [`Store::members`], [`Store::members_after`], [`Store::memberships`], [`Store::memberships_after`] | `ROOM#r / MEMBER#u` and its inverse `USER#u / ROOM#r` |
//! | [`Store::charge`] | `USER#u / LIMITS` |
//! | [`Store::mark_read`] | the read mark of `ROOM#r / MEMBER#u`, `ROOM#r / READ#u` |
//! | [`Store::number_message`], [`Store::take_lease`], [`Store::keep_progress`], [`Store::release_lease`], [`Store::hand_over`], [`Store::watch`] | sequence and lease in `ROOM#r / META`, `ROOM#r / HANDOVER`, `ROOM#r / WATCH` |
//! | [`Store::store_message`], [`Store::void`] | `ROOM#r / MSG#m`, the sender's read mark, `SEND#u#key / META` |
//! | [`Store::message`], [`Store::newest_messages`], [`Store::newest_stored`], [`Store::messages_after`], [`Store::messages_before`], [`Store::slots_after`] | `ROOM#r / MSG#m` |
//! | [`Store::sign_out`] | the number of sign-outs in `USER#u / PROFILE` |
//! | [`Store::issue_ticket`], [`Store::redeem_ticket`] | `TICKET#t / META` |
//! | [`Store::register`], [`Store::connect`], [`Store::connection`], [`Store::connections_of`], [`Store::disconnect`], [`Store::disconnect_all`], [`Store::check_again`] | `CONN#c / META`, `USER#u / CONN#c` |
//! | [`Store::subscribe`], [`Store::subscribers`], [`Store::subscriptions_of`], [`Store::unsubscribe`], [`Store::end_subscriptions`] | `ROOM#r#SUBS#0 / USER#u#CONN#c` and `ROOM#r / ONLINE#u` |
//! | [`Store::online_among`], [`Store::presence`] | `ROOM#r / ONLINE#u` |
//! | [`Store::report_gone`] | `ROOM#r#SUBS#0 / GONE#…` |
//!
//! [`ChangeRecord`] reads the table's stream.
//!
//! Every read is consistent, and items past their `expires_at` count as absent: DynamoDB deletes
//! them hours late.

mod change;
mod charge;
mod condition;
mod connection;
mod error;
mod gone;
mod history;
mod keys;
mod lease;
mod member;
mod message;
mod pages;
mod profile;
mod record;
mod request;
mod room;
mod send;
mod sign_out;
mod standing;
mod subscription;
mod ticket;
mod transaction;
mod warm;

pub use change::{Action, Change, ChangeRecord, Reader};
pub use connection::Entrance;
pub use error::StoreError;
pub use gone::GoneReport;
pub use lease::Release;
pub use member::{Addition, Reading};
pub use message::Storing;
pub use pages::Pages;
pub use room::Creation;
pub use ticket::Redemption;
pub use transaction::RetryCancelled;

use aws_sdk_dynamodb::Client;

use crate::domain::Quotas;

/// The chat's table. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    quotas: Quotas,
}

impl Store {
    /// A store on an existing table with the string keys `pk` and `sk`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into(), quotas: Quotas::default() }
    }

    /// The same, where users may have and do only so much.
    #[must_use]
    pub fn with_quotas(self, quotas: Quotas) -> Self {
        Self { quotas, ..self }
    }

    #[must_use]
    pub fn quotas(&self) -> &Quotas {
        &self.quotas
    }
}
