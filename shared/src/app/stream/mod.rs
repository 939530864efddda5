//! What the table's stream sets off: events, and the rest of what a request began.
//!
//! Each record may come twice, and a batch may come again from any of its records on: everything
//! here can be repeated. Records of one partition are worked off in their order, partitions side by
//! side. A failed post fails no record, a failed call to the table does.

mod membership;
mod messages;
mod presence;
mod sockets;

use std::collections::{BTreeMap, HashSet};

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use tokio::time::Instant;

use super::App;
use crate::{
    causes::with_causes,
    domain::{Event, MessageId, RoomId, UserId},
    store::{Change, ChangeRecord, StoreError},
};

/// Partitions that are worked off at once.
const AT_ONCE: usize = 16;

/// A record of the stream and its place in it.
#[derive(Debug, Clone)]
pub struct StreamRecord {
    pub sequence_number: String,
    pub record: ChangeRecord,
}

struct Step {
    sequence_number: String,
    change: Change,
}

impl App {
    /// Works off a batch: the sequence numbers of the records that have to come again.
    pub async fn process_changes(&self, batch: Vec<StreamRecord>, now: Timestamp) -> Vec<String> {
        let (partitions, mut failed) = by_partition(batch);
        let (steps, began) = (partitions.into_values().map(latest_only), Instant::now());
        // A lease that a late record takes counts from then, not from the beginning of the batch.
        let clock = || now.saturating_add(began.elapsed()).unwrap_or(now);
        let outcomes = stream::iter(steps).map(|steps| self.work_off(steps, clock));
        failed.extend(
            outcomes.buffer_unordered(AT_ONCE).filter_map(async |it| it).collect::<Vec<_>>().await,
        );
        failed
    }

    /// One partition's changes, up to the first that fails.
    async fn work_off(&self, steps: Vec<Step>, clock: impl Fn() -> Timestamp) -> Option<String> {
        for Step { sequence_number, change } in steps {
            if let Err(error) = self.follow(change, &sequence_number, clock()).await {
                let error = with_causes(&error);
                tracing::error!(sequence_number, error, "a record of the stream has to come again");
                return Some(sequence_number);
            }
        }
        None
    }

    async fn follow(
        &self,
        change: Change,
        sequence_number: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match change {
            Change::MemberAdded(member) => self.member_added(member, now).await,
            Change::MemberRemoved { room, user } => self.member_removed(room, user, now).await,
            Change::CameOnline { room, user } => {
                self.presence_changed(Event::MemberOnline { room, user }, now).await
            }
            Change::WentOffline { room, user } => {
                self.presence_changed(Event::MemberOffline { room, user }, now).await
            }
            Change::Read(mark) => self.member_read(mark, now).await,
            Change::FoundGone(report) => self.clear_gone(report, now).await,
            Change::HandedOver(room) => self.go_on(room, sequence_number, now).await,
            Change::ToBeBroadcast { room, message } => {
                self.look_after(room, message, sequence_number, now).await
            }
            Change::Connected(connection) => self.look_at(&connection, now).await,
            Change::Disconnected(connection) => self.clear(&connection, now).await,
        }
    }
}

/// The changes of each partition in their order, and the records that cannot be read.
fn by_partition(batch: Vec<StreamRecord>) -> (BTreeMap<String, Vec<Step>>, Vec<String>) {
    let (mut partitions, mut failed) = (BTreeMap::<_, Vec<Step>>::new(), Vec::new());
    for StreamRecord { sequence_number, record } in batch {
        match record.partition().and_then(|partition| Ok((partition, record.change()?))) {
            Ok((partition, Some(change))) => {
                partitions.entry(partition).or_default().push(Step { sequence_number, change });
            }
            Ok((_, None)) => {}
            Err(error) => {
                let error = with_causes(&error);
                tracing::error!(sequence_number, error, "a record of the stream cannot be read");
                failed.push(sequence_number);
            }
        }
    }
    (partitions, failed)
}

/// What later changes of the same batch make pointless goes: of a member's reads, and of what is to
/// be done for a room's broadcast, the latest is enough.
fn latest_only(mut steps: Vec<Step>) -> Vec<Step> {
    #[derive(PartialEq, Eq, Hash)]
    enum Repeats {
        Read(RoomId, UserId),
        HandedOver(RoomId),
        ToBeBroadcast(RoomId),
    }
    let mut seen = HashSet::new();
    let mut newest: Option<MessageId> = None;
    for step in &steps {
        if let Change::ToBeBroadcast { message, .. } = step.change {
            newest = newest.max(Some(message));
        }
    }
    steps.reverse();
    steps.retain_mut(|step| match &mut step.change {
        Change::Read(mark) => seen.insert(Repeats::Read(mark.room_id, mark.user_id)),
        Change::HandedOver(room) => seen.insert(Repeats::HandedOver(*room)),
        Change::ToBeBroadcast { room, message } => {
            *message = newest.unwrap_or(*message);
            seen.insert(Repeats::ToBeBroadcast(*room))
        }
        _ => true,
    });
    steps.reverse();
    steps
}
