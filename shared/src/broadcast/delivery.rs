//! Some events to all sockets of a room: to each in their order, to all side by side.

use futures_util::{TryStreamExt, stream};
use jiff::Timestamp;
use tokio::time::Instant;

use super::{
    Audience, Broadcaster, Delivery, IN_FLIGHT,
    frames::Frames,
    metrics,
    tally::{SocketTally, Tally},
};
use crate::{
    causes::with_causes,
    domain::{Event, RoomId, Subscriber, Viewer},
    store::StoreError,
};

/// What one delivery is about.
struct Errand {
    frames: Vec<Frames>,
    now: Timestamp,
    audience: Audience,
    ends_at: Option<Instant>,
}

impl Broadcaster {
    /// Posts the events to those of the audience's sockets that are subscribed by now.
    ///
    /// After `ends_at` nothing is posted any more: the tally says that it came too late.
    pub(super) async fn deliver(
        &self,
        room: RoomId,
        events: &[Event],
        now: Timestamp,
        audience: Audience,
        ends_at: Option<Instant>,
    ) -> Result<Tally, StoreError> {
        let frames: Vec<Frames> = events.iter().filter_map(|event| self.frames_of(event)).collect();
        if frames.is_empty() {
            return Ok(Tally::started());
        }
        let errand = Errand { frames, now, audience, ends_at };
        let pages = stream::try_unfold(self.store.subscribers(room, now), async |mut pages| {
            Ok::<_, StoreError>(pages.next().await?.map(|page| (page, pages)))
        });
        // The next page is read while this one's sockets are posted to.
        let subscribers = pages
            .map_ok(|page| stream::iter(page.into_iter().map(Ok::<_, StoreError>)))
            .try_flatten();
        let tally = subscribers
            .map_ok(|subscriber| async { Ok(self.post_all(subscriber, &errand).await) })
            .try_buffer_unordered(IN_FLIGHT)
            .try_fold(Tally::started(), async |tally, socket| Ok(tally.with(socket)))
            .await?;
        self.report(room, events, &tally, now).await;
        Ok(tally)
    }

    /// The frames to one socket, one after the other.
    async fn post_all(&self, subscriber: Subscriber, errand: &Errand) -> SocketTally {
        let mut tally = SocketTally::default();
        if !errand.audience.includes(subscriber.user_id) {
            return tally;
        }
        if subscriber.has_expired(errand.now) {
            tally.gone = Some(subscriber);
            return tally;
        }
        for frames in &errand.frames {
            let Some(frame) = frames.for_dialect(subscriber.dialect) else { continue };
            if errand.ends_at.is_some_and(|ends_at| Instant::now() >= ends_at) {
                tally.late = true;
                return tally;
            }
            match self.management.post(&subscriber.connection_id, frame).await {
                Delivery::Gone if subscriber.is_settling(errand.now) => tally.settling += 1,
                Delivery::Gone => {
                    tally.gone = Some(subscriber);
                    return tally;
                }
                Delivery::Delivered => tally.delivered += 1,
                Delivery::Throttled => tally.throttled += 1,
                Delivery::Failed(error) => {
                    tally.failed += 1;
                    tally.first_failure.get_or_insert(error);
                }
            }
        }
        tally
    }

    /// Logs, counts, and passes on which sockets are gone: that fails no broadcast.
    async fn report(&self, room: RoomId, events: &[Event], tally: &Tally, now: Timestamp) {
        let Some(event) = events.first() else { return };
        let outcome = tally.outcome();
        tally.log(event, &outcome);
        if let Some(namespace) = &self.metrics_namespace {
            metrics::record(namespace, events, &outcome, now);
        }
        if let Err(error) = self.store.report_gone(room, tally.gone(), now).await {
            let error = with_causes(&error);
            tracing::warn!(room.id = %room, error, "sockets that are gone could not be reported");
        }
    }

    fn frames_of(&self, event: &Event) -> Option<Frames> {
        let frames = Frames::of(event, Viewer { user: None, sees_emails: self.shares_emails });
        frames
            .inspect_err(|error| {
                let (event, error) = (event.name(), with_causes(error));
                tracing::error!(event, error, "an event could not be written as a frame");
            })
            .ok()
    }
}
