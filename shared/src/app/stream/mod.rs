//! What the table's stream sets off: events, and the rest of what a request began.
//!
//! Each record may come twice, and a batch may come again from any of its records on: everything
//! here can be repeated. The records of one item come in order, and no others do: a process that
//! announces a state reads it, and reads it again afterwards. Within a batch the records of one
//! partition are processed in order, partitions side by side. A failed post fails no record, a failed
//! call to the table does.

mod membership;
mod messages;
mod presence;
mod sockets;

use std::collections::{BTreeMap, HashSet};

use futures_util::{StreamExt, stream};

use super::App;
use crate::{
    broadcast::Audience,
    causes::with_causes,
    domain::{MessageId, RoomId, UserId},
    moment::Moment,
    store::{Change, ChangeRecord, Reader, StoreError},
};

/// Partitions that are processed at once.
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
    /// Processes a batch of the function `fan_out`. Returns the sequence numbers of the records that
    /// have to come again.
    pub async fn fan_out(&self, batch: Vec<StreamRecord>, began: Moment) -> Vec<String> {
        self.process(Reader::FanOut, batch, began).await
    }

    /// Processes a batch of the function `recheck`. Returns the sequence numbers of the records that
    /// have to come again.
    pub async fn recheck(&self, batch: Vec<StreamRecord>, began: Moment) -> Vec<String> {
        self.process(Reader::Recheck, batch, began).await
    }

    async fn process(
        &self,
        reader: Reader,
        batch: Vec<StreamRecord>,
        began: Moment,
    ) -> Vec<String> {
        let (partitions, mut failed) = by_partition(reader, batch);
        let steps = partitions.into_values().map(latest_only);
        let outcomes = stream::iter(steps).map(|steps| self.process_in_order(steps, began));
        failed.extend(
            outcomes.buffer_unordered(AT_ONCE).filter_map(async |it| it).collect::<Vec<_>>().await,
        );
        failed
    }

    /// Processes one partition's changes up to the first that fails, and returns that one.
    async fn process_in_order(&self, steps: Vec<Step>, began: Moment) -> Option<String> {
        for Step { sequence_number, change } in steps {
            // A lease that a late record takes counts from then, not from the beginning of the batch.
            let outcome = self.follow(change, &sequence_number, began.later()).await;
            if let Err(error) = outcome {
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
        moment: Moment,
    ) -> Result<(), StoreError> {
        let now = moment.time;
        match change {
            Change::MemberAdded(member) => self.member_added(member, now).await,
            Change::MemberRemoved { room, user } => self.member_removed(room, user, now).await,
            Change::Presence { room, user } => {
                // The user's own sockets know that their user is online.
                let others = Audience::AllBut(user);
                self.announce_presence(room, user, None, others, now).await
            }
            Change::Read(mark) => self.member_read(mark, now).await,
            Change::FoundGone(report) => self.clear_gone(report).await,
            Change::HandedOver(room) => {
                self.continue_broadcast(room, sequence_number, moment).await
            }
            Change::ToBeBroadcast { room, message } => {
                self.check_broadcast(room, message, sequence_number, moment).await
            }
            Change::Connected(connection) => self.check_socket(&connection, now).await,
            Change::Disconnected(connection) => self.clear(&connection, now).await,
        }
    }
}

/// The changes of each partition in their order, and the records that cannot be read.
fn by_partition(
    reader: Reader,
    batch: Vec<StreamRecord>,
) -> (BTreeMap<String, Vec<Step>>, Vec<String>) {
    let (mut partitions, mut failed) = (BTreeMap::<_, Vec<Step>>::new(), Vec::new());
    for StreamRecord { sequence_number, record } in batch {
        match record.partition().and_then(|partition| Ok((partition, record.change()?))) {
            Ok((partition, Some(change))) if change.reader() == reader => {
                partitions.entry(partition).or_default().push(Step { sequence_number, change });
            }
            // The mappings filter such records, a replay of given-up records does not.
            Ok(_) => {}
            Err(error) => {
                let error = with_causes(&error);
                tracing::error!(sequence_number, error, "a record of the stream cannot be read");
                failed.push(sequence_number);
            }
        }
    }
    (partitions, failed)
}

/// Drops what later changes of the same batch make pointless: of a member's reads and presences, and
/// of what is to be done for a room's broadcast, the latest is enough.
fn latest_only(mut steps: Vec<Step>) -> Vec<Step> {
    #[derive(PartialEq, Eq, Hash)]
    enum Repeats {
        Read(RoomId, UserId),
        Presence(RoomId, UserId),
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
        Change::Presence { room, user } => seen.insert(Repeats::Presence(*room, *user)),
        Change::HandedOver(room) => seen.insert(Repeats::HandedOver(*room)),
        Change::ToBeBroadcast { room, message } => {
            *message = newest.unwrap_or(*message);
            seen.insert(Repeats::ToBeBroadcast(*room))
        }
        Change::MemberAdded(_)
        | Change::MemberRemoved { .. }
        | Change::FoundGone(_)
        | Change::Connected(_)
        | Change::Disconnected(_) => true,
    });
    steps.reverse();
    steps
}
