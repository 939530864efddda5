//! `ROOM#r#SUBS#0 / GONE#…`: sockets that a broadcast found gone, for the stream to clear.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Store, StoreError, keys::Key, record};
use crate::{
    dispatch::Dispatch,
    domain::{RoomId, Subscriber},
};

/// What the stream keeps.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Sockets in one item, which may have 400 KB: a subscriber takes some 150 bytes.
const AT_MOST: usize = 1_000;

/// The sockets of one room that were found gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoneReport {
    pub room_id: RoomId,
    pub subscribers: Vec<Subscriber>,
}

impl Store {
    /// Reports sockets as gone. Clearing them is not the broadcaster's work.
    pub async fn report_gone(
        &self,
        room_id: RoomId,
        gone: &[Subscriber],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let expires_at = now.saturating_add(KEPT).unwrap_or(Timestamp::MAX);
        for subscribers in gone.chunks(AT_MOST) {
            let report = GoneReport { room_id, subscribers: subscribers.to_vec() };
            let key = Key::gone(room_id, Uuid::new_v4());
            self.put_item(record::expiring_item(&key, &report, expires_at)?).dispatch().await?;
        }
        Ok(())
    }
}
