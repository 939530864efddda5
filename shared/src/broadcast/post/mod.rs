//! Posting frames to sockets, `POST /{stage}/@connections/{id}`.
//!
//! Posts are what a broadcast consists of, so they do without the SDK's client: two thirds of its
//! time goes into what a post has no use for. What it would have taken care of is here: signatures,
//! credentials that expire, limits, retries. TLS and the connections are the SDK's own.

mod attempt;
mod credentials;
mod frame;
mod limits;
mod signer;

pub use frame::Frame;
pub use limits::Limits;

use std::{sync::Arc, time::Duration};

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use futures_util::future::BoxFuture;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::time::{Instant, sleep};

use self::{
    attempt::{Attempt, Retry},
    signer::Signer,
};
use crate::domain::ConnectionId;

/// All but what signature version 4 leaves as it is in a path.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What posting a frame came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The WebSocket API took it.
    Delivered,
    /// There is no such socket any more.
    Gone,
    /// Too many posts at once, or the client reads too slowly. It will see the gap.
    Throttled,
    /// Anything else, with the error's text for the log: neither the frame nor credentials are in it.
    Failed(String),
}

/// Posts frames to the sockets of one stage. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Poster(Arc<Stage>);

#[derive(Debug)]
struct Stage {
    endpoint: String,
    http: SharedHttpConnector,
    signer: Signer,
    limits: Limits,
}

impl Poster {
    /// A poster to the stage at this endpoint, with the SDK's region, credentials and clock.
    #[must_use]
    pub fn new(sdk: &SdkConfig, http: SharedHttpConnector, endpoint: &str, limits: Limits) -> Self {
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        Self(Arc::new(Stage { endpoint, http, signer: Signer::new(sdk), limits }))
    }

    /// Posts the frame, again if what went wrong may pass.
    ///
    /// A frame whose answer was lost is posted twice: clients drop what they have.
    ///
    /// Boxed, as requests of the SDK are: otherwise every function compiles it anew.
    pub fn post<'a>(
        &'a self,
        connection: &'a ConnectionId,
        frame: &'a Frame,
    ) -> BoxFuture<'a, Delivery> {
        Box::pin(self.0.post(connection, frame))
    }
}

impl Stage {
    async fn post(&self, connection: &ConnectionId, frame: &Frame) -> Delivery {
        let ends_at = Instant::now() + self.limits.post;
        let uri = self.uri(connection);
        let mut attempts = 1;
        loop {
            let Attempt { delivery, retry } = self.attempt(&uri, frame, ends_at).await;
            let pause = match retry {
                Retry::Never => return delivery,
                Retry::AtOnce if attempts == 1 => Duration::ZERO,
                Retry::AtOnce | Retry::Later => self.limits.pause(attempts),
            };
            let left = ends_at.saturating_duration_since(Instant::now());
            if attempts >= self.limits.attempts || pause >= left {
                return delivery;
            }
            if !pause.is_zero() {
                sleep(pause).await;
            }
            attempts += 1;
        }
    }

    /// Encoded once, and sent as it is signed.
    fn uri(&self, connection: &ConnectionId) -> String {
        let id = utf8_percent_encode(connection.as_str(), RESERVED);
        format!("{}/@connections/{id}", self.endpoint)
    }
}
