//! WebSocket API routes: a [`Signal`] in, nothing or an [`Error`] out.

use std::{future::Future, str::FromStr, sync::Arc};

use jiff::Timestamp;
use lambda_http::{
    Body, Request, RequestExt, Response,
    aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequestContext, request::RequestContext,
};
use serde::Serialize;

use super::serve::{self, Access, Responder};
use crate::{
    app::App,
    domain::{Connection, ConnectionId, FrontDoor, InvalidId, RoomId, UserId},
    error::Error,
    moment::Moment,
};

/// A socket opened, closed, or sent a frame.
#[derive(Debug)]
pub struct Signal {
    request: Request,
    pub connection_id: ConnectionId,
    /// When its handshake began.
    pub connected_at: Timestamp,
    /// API Gateway's id of this event.
    pub request_id: String,
    pub now: Timestamp,
    /// The same by both clocks.
    pub began: Moment,
}

impl Signal {
    pub(super) fn new(request: Request) -> Result<Self, Error> {
        let RequestContext::WebSocket(context) = request.request_context() else {
            return Err(Error::Event("a WebSocket context"));
        };
        let ApiGatewayWebsocketProxyRequestContext {
            connection_id, connected_at, request_id, ..
        } = context;
        let connection_id = connection_id.ok_or(Error::Event("a connection id"))?;
        let connected_at =
            Timestamp::from_millisecond(connected_at).map_err(|_| Error::Event("connectedAt"))?;
        let began = serve::now();
        Ok(Self {
            request,
            connection_id: ConnectionId::new(connection_id),
            connected_at,
            request_id: request_id.unwrap_or_default(),
            now: began.time,
            began,
        })
    }

    /// The same for a handshake that came through the distribution. Frames and `$disconnect` come on a socket that
    /// is open already, and have no headers of their own.
    pub(super) fn admitted(door: &FrontDoor, request: Request) -> Result<Self, Error> {
        if let RequestContext::WebSocket(context) = request.request_context()
            && context.event_type.as_deref() == Some("CONNECT")
        {
            serve::check(door, &request)?;
        }
        Self::new(request)
    }

    /// The socket, as one of this user.
    #[must_use]
    pub fn connection(&self, user_id: UserId, room_id: Option<RoomId>) -> Connection {
        let (id, connected_at) = (self.connection_id.clone(), self.connected_at);
        Connection { id, user_id, room_id, connected_at }
    }

    /// The web page that opens the socket; native apps send none. `$connect` only.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.request.headers().get("origin").map(|value| value.to_str().unwrap_or_default())
    }

    /// The body of a frame.
    #[must_use]
    pub fn frame(&self) -> &[u8] {
        self.request.body()
    }

    /// A parameter of the socket's URL, `None` when it is absent or empty. `$connect` only.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        let parameters = self.request.query_string_parameters();
        parameters.first(name).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// An id among these parameters.
    pub fn query_id<T: FromStr<Err = InvalidId>>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, Error> {
        let text = self.query(name);
        text.map(|text| text.parse().map_err(|problem| Error::Query { name, problem })).transpose()
    }
}

/// The body of a refused `$connect`. API Gateway passes on the status only; the local edge closes
/// the socket with the code.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refused<'a> {
    close_code: u16,
    reason: &'a str,
}

/// Runs the function of a WebSocket route: `main` is this one call.
pub fn serve<F, A>(handler: F) -> Result<(), lambda_http::Error>
where
    F: Fn(Arc<App>, Signal) -> A + Send + Sync + 'static,
    A: Future<Output = Result<(), Error>> + Send + 'static,
{
    let respond: Responder = Arc::new(move |app, request| {
        let work =
            Signal::admitted(&app.config.front_door, request).map(|signal| handler(app, signal));
        Box::pin(async move {
            let outcome = match work {
                Ok(work) => work.await,
                Err(error) => Err(error),
            };
            outcome.map_or_else(|error| refuse(&error), |()| Response::new(Body::Empty))
        })
    });
    serve::serve(Access::NoToken, respond)
}

fn refuse(error: &Error) -> Response<Body> {
    error.log();
    let refused = Refused { close_code: error.close_code(), reason: &error.public_message() };
    serve::json(error.answer().status, &refused)
}
