//! Sending every socket of a room what happened there.
//!
//! A post that fails never fails the broadcast: what could not be delivered is counted and logged,
//! and the client closes the gap from the room's history.

mod audience;
mod closing;
mod delivery;
mod frames;
mod hold;
mod management;
mod messages;
mod metrics;
mod tally;

pub use audience::Audience;
pub use closing::CloseError;
pub use hold::Hold;
pub use management::{Delivery, Management};

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    aws::Payload,
    causes::with_causes,
    domain::{ConnectionId, Event},
    store::{Store, StoreError},
    wire::json::encode,
};

/// Posts under way at once. On loopback a post costs the same with 16 to 64, an eighth more with 128.
/// On AWS it is the latency that wants many. Over HTTP/1 each is a handshake of a new process: to 256
/// sockets over TLS they took 65 ms on two cores, and 13 ms with 16 at once, which at 10 ms a post are
/// 1,600 a second. Over HTTP/2 all share the connection that [`Broadcaster::warm`] opened.
const IN_FLIGHT: usize = 64;

/// Posts frames to sockets. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Broadcaster {
    store: Store,
    management: Management,
    metrics_namespace: Option<String>,
    shares_emails: bool,
}

impl Broadcaster {
    /// A broadcaster to the sockets of one stage.
    #[must_use]
    pub fn new(store: Store, management: Management) -> Self {
        Self { store, management, metrics_namespace: None, shares_emails: false }
    }

    /// The same, which also writes metrics for this `CloudWatch` namespace.
    #[must_use]
    pub fn with_metrics(self, namespace: Option<String>) -> Self {
        Self { metrics_namespace: namespace, ..self }
    }

    /// The same, which shows members each other's mail addresses or does not.
    #[must_use]
    pub fn with_shared_emails(self, shares_emails: bool) -> Self {
        Self { shares_emails, ..self }
    }

    /// Opens the connection to the WebSocket API, so that the first post does not wait for it.
    pub async fn warm(&self) {
        self.management.warm().await;
    }

    /// Sends an event to these of the room's sockets.
    pub async fn broadcast(
        &self,
        event: Event,
        now: Timestamp,
        audience: Audience,
    ) -> Result<(), StoreError> {
        self.deliver(event.room(), &[event], now, audience, None).await?;
        Ok(())
    }

    /// Sends a frame to one socket.
    pub async fn reply(&self, connection: &ConnectionId, frame: &impl Serialize) {
        let delivery = match encode(frame) {
            Ok(frame) => self.management.post(connection, &Payload::new(frame)).await,
            Err(error) => Delivery::Failed(with_causes(&error)),
        };
        if let Delivery::Failed(error) = delivery {
            tracing::warn!(connection.id = %connection, error, "a frame could not be sent");
        }
    }
}
