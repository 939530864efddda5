//! The WebSocket API from the server's side, `/{stage}/@connections/{id}`.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use aws_types::SdkConfig;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    aws::{Limits, Payload, Question, RequestError, Requests, Service},
    domain::ConnectionId,
};

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

/// The sockets of one stage. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Management(Arc<Stage>);

#[derive(Debug)]
struct Stage {
    endpoint: String,
    requests: Requests,
    nothing: Payload,
}

impl Management {
    /// The stage at this endpoint, with the SDK's region, credentials and clock.
    #[must_use]
    pub fn new(sdk: &SdkConfig, http: SharedHttpConnector, endpoint: &str, limits: Limits) -> Self {
        Self(Arc::new(Stage {
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            requests: Requests::new(sdk, http, Service::ExecuteApi, limits),
            nothing: Payload::default(),
        }))
    }

    /// Opens the connection to the API, so that the first post does not wait for it.
    pub async fn warm(&self) {
        let uri = format!("{}/@connections/warm%3D", self.0.endpoint);
        self.0.requests.open_connection(&uri).await;
    }

    /// Posts the frame. One whose answer was lost is posted twice: clients drop what they have.
    pub async fn post(&self, connection: &ConnectionId, frame: &Payload) -> Delivery {
        match self.request("POST", connection, frame).await {
            Ok(()) => Delivery::Delivered,
            Err(RequestError { status: Some(410), .. }) => Delivery::Gone,
            Err(RequestError { status: Some(429), .. }) => Delivery::Throttled,
            Err(error) => Delivery::Failed(error.to_string()),
        }
    }

    /// Closes the socket: whether there was one.
    pub async fn close(&self, connection: &ConnectionId) -> Result<bool, RequestError> {
        there(self.request("DELETE", connection, &self.0.nothing).await)
    }

    /// Whether there is such a socket.
    pub async fn is_open(&self, connection: &ConnectionId) -> Result<bool, RequestError> {
        there(self.request("GET", connection, &self.0.nothing).await)
    }

    async fn request(
        &self,
        method: &'static str,
        connection: &ConnectionId,
        payload: &Payload,
    ) -> Result<(), RequestError> {
        // Encoded once, and sent as it is signed.
        let id = utf8_percent_encode(connection.as_str(), RESERVED);
        let uri = format!("{}/@connections/{id}", self.0.endpoint);
        let headers: &[_] =
            if method == "POST" { &[("content-type", "application/octet-stream")] } else { &[] };
        let question = Question { method, uri: &uri, headers, payload };
        self.0.requests.send(question).await.map(|_| ())
    }
}

fn there(outcome: Result<(), RequestError>) -> Result<bool, RequestError> {
    match outcome {
        Ok(()) => Ok(true),
        Err(RequestError { status: Some(410), .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
