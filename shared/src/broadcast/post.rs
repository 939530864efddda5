//! One frame to one socket, and what came of it.

use aws_sdk_apigatewaymanagement::{
    Client,
    config::{
        http::HttpResponse,
        interceptors::InterceptorContext,
        retry::{ClassifyRetry, RetryAction},
    },
    error::SdkError,
    primitives::Blob,
};

use crate::{causes::with_causes, dispatch::Dispatch, domain::ConnectionId};

/// What posting a frame came to.
#[derive(Debug)]
pub(super) enum Delivery {
    /// The WebSocket API took it.
    Delivered,
    /// There is no such socket any more.
    Gone,
    /// Too many posts at once, or the client reads too slowly. It will see the gap.
    Throttled,
    /// Anything else, with the error's text for the log.
    Failed(String),
}

/// Posts once; the client's retry settings cover throttling and faults that pass.
pub(super) async fn post(
    management: &Client,
    connection: &ConnectionId,
    frame: impl Into<Vec<u8>>,
) -> Delivery {
    let request = management.post_to_connection().connection_id(connection.as_str());
    match request.data(Blob::new(frame)).dispatch().await {
        Ok(_) => Delivery::Delivered,
        Err(error) => match status(&error) {
            // By status too: the body of a 410 need not be JSON.
            Some(410) => Delivery::Gone,
            Some(429) => Delivery::Throttled,
            _ => Delivery::Failed(with_causes(&error)),
        },
    }
}

/// Lets the SDK's retries cover a 429 that does not say in words what it is.
#[derive(Debug)]
pub struct RetryThrottled;

impl ClassifyRetry for RetryThrottled {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response().map(|response| response.status().as_u16()) {
            Some(429) => RetryAction::throttling_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "throttled by status"
    }
}

/// The status of the answer, if there was one.
pub(super) fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}
