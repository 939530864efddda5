//! Sending every socket of a room what happened there.
//!
//! A broadcast never fails the write that it follows: what could not be delivered is counted and
//! logged, and the client closes the gap from the room's history.

mod expulsion;
mod frames;
mod metrics;
mod post;
mod tally;

pub use expulsion::ExpelError;
pub use post::RetryThrottled;

use std::collections::VecDeque;

use aws_sdk_apigatewaymanagement::Client;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use serde::Serialize;

use self::{frames::Frames, post::Delivery, tally::Tally};
use crate::{
    causes::with_causes,
    domain::{ConnectionId, Event, RoomId, Subscriber, UserId},
    store::{Store, StoreError},
    wire::json::encode,
};

/// Posts under way at once. Measured best between 16 and 64 on loopback, worse above 256.
const IN_FLIGHT: usize = 64;

/// Posts frames to sockets. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Broadcaster {
    store: Store,
    management: Client,
    presence_max_members: u64,
    metrics_namespace: Option<String>,
}

impl Broadcaster {
    /// A broadcaster on the stage that `management` points to.
    #[must_use]
    pub fn new(store: Store, management: Client, presence_max_members: u64) -> Self {
        Self { store, management, presence_max_members, metrics_namespace: None }
    }

    /// The same, which also writes metrics for this `CloudWatch` namespace.
    #[must_use]
    pub fn with_metrics(self, namespace: Option<String>) -> Self {
        Self { metrics_namespace: namespace, ..self }
    }

    /// Opens the connection to the WebSocket API, so that the first post does not wait for it.
    pub async fn warm(&self) {
        let _ = self.management.get_connection().connection_id("warm=").send().await;
    }

    /// Sends an event to the room's sockets, and `member_offline` for members whose last socket
    /// turns out to be gone.
    ///
    /// `except` is the socket whose `$connect` is running: it cannot be posted to yet.
    pub async fn broadcast(&self, event: Event, now: Timestamp, except: Option<&ConnectionId>) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let frames = match Frames::of(&event) {
                Ok(frames) => frames,
                Err(error) => {
                    let (event, error) = (event.name(), with_causes(&error));
                    tracing::error!(event, error, "an event could not be written as a frame");
                    continue;
                }
            };
            let tally = self.deliver(event.room(), &frames, now, except).await;
            let outcome = tally.outcome();
            tally.log(&event, &outcome);
            if let Some(namespace) = &self.metrics_namespace {
                metrics::record(namespace, &event, &outcome, now);
            }
            for subscriber in tally.gone() {
                events.extend(self.forget(event.room(), subscriber, now).await);
            }
        }
    }

    /// Announces to rooms that the user has no live socket there any more.
    pub async fn broadcast_offline(&self, user: UserId, rooms: Vec<RoomId>, now: Timestamp) {
        for event in self.offline(user, rooms).await {
            self.broadcast(event, now, None).await;
        }
    }

    /// Sends a frame to one socket.
    pub async fn reply(&self, connection: &ConnectionId, frame: &impl Serialize) {
        let delivery = match encode(frame) {
            Ok(frame) => post::post(&self.management, connection, frame).await,
            Err(error) => Delivery::Failed(with_causes(&error)),
        };
        if let Delivery::Failed(error) = delivery {
            tracing::warn!(connection.id = %connection, error, "a frame could not be sent");
        }
    }

    async fn deliver(
        &self,
        room: RoomId,
        frames: &Frames,
        now: Timestamp,
        except: Option<&ConnectionId>,
    ) -> Tally {
        let pages = stream::unfold(self.store.subscribers(room, now), |mut pages| async {
            let page = pages.next().await.transpose()?;
            Some((page, pages))
        });
        let subscribers = pages.flat_map(|page| stream::iter(each(page)));
        let posts = subscribers.map(|subscriber| self.post(subscriber, frames, now, except));
        posts
            .buffer_unordered(IN_FLIGHT)
            .fold(Tally::started(), async |tally, outcome| tally.with(outcome))
            .await
    }

    async fn post(
        &self,
        subscriber: Result<Subscriber, StoreError>,
        frames: &Frames,
        now: Timestamp,
        except: Option<&ConnectionId>,
    ) -> Option<(Option<Subscriber>, Delivery)> {
        let subscriber = match subscriber {
            Ok(subscriber) => subscriber,
            Err(error) => return Some((None, Delivery::Failed(with_causes(&error)))),
        };
        if except == Some(&subscriber.connection_id) {
            return None;
        }
        let frame = frames.for_dialect(subscriber.dialect)?;
        let delivery = match post::post(&self.management, &subscriber.connection_id, frame).await {
            Delivery::Gone if subscriber.is_settling(now) => Delivery::Settling,
            delivery => delivery,
        };
        Some((Some(subscriber), delivery))
    }

    /// Forgets that socket, and no other: the announcements, where it was its user's last.
    async fn forget(&self, room: RoomId, subscriber: &Subscriber, now: Timestamp) -> Vec<Event> {
        match self.store.forget(room, subscriber, now).await {
            Ok(left) => self.offline(subscriber.user_id, left).await,
            Err(error) => {
                let error = with_causes(&error);
                tracing::warn!(error, "a socket that is gone could not be forgotten");
                Vec::new()
            }
        }
    }

    /// That the user went offline, for those of the rooms that announce presence.
    async fn offline(&self, user: UserId, rooms: Vec<RoomId>) -> Vec<Event> {
        let mut events = Vec::new();
        for room in rooms {
            if self.announces_presence(room).await {
                events.push(Event::MemberOffline { room, user });
            }
        }
        events
    }

    async fn announces_presence(&self, room: RoomId) -> bool {
        let room = self.store.room(room).await;
        room.ok().flatten().is_some_and(|room| room.announces_presence(self.presence_max_members))
    }
}

fn each(page: Result<Vec<Subscriber>, StoreError>) -> Vec<Result<Subscriber, StoreError>> {
    match page {
        Ok(subscribers) => subscribers.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    }
}
