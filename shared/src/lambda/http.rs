//! HTTP API routes: a [`Call`] in, a [`Reply`] or an [`Error`] out.

use std::{future::Future, str::FromStr, sync::Arc};

use jiff::Timestamp;
use lambda_http::{Body, Request, RequestExt, Response, http::HeaderValue};
use serde::{Serialize, de::DeserializeOwned};

use super::serve;
use crate::{
    app::App,
    domain::{InvalidId, RoomId, UserId},
    error::Error,
    wire::http::{Answer, Failure, read},
};

/// One request to a route.
#[derive(Debug)]
pub struct Call {
    request: Request,
    /// When it arrived.
    pub now: Timestamp,
}

impl Call {
    /// `{roomId}` of the path.
    pub fn room(&self) -> Result<RoomId, Error> {
        self.path("roomId")
    }

    /// `{userId}` of the path.
    pub fn user(&self) -> Result<UserId, Error> {
        self.path("userId")
    }

    /// The JSON body.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Error> {
        Ok(read(self.request.body())?)
    }

    fn path<T: FromStr<Err = InvalidId>>(&self, name: &'static str) -> Result<T, Error> {
        let parameters = self.request.path_parameters();
        let text = parameters.first(name).ok_or(Error::Event("a path parameter"))?;
        text.parse().map_err(|problem| Error::Path { name, problem })
    }
}

/// The answer to a request that was carried out.
#[derive(Debug)]
pub struct Reply {
    status: u16,
    body: String,
}

impl Reply {
    /// 200 without data.
    #[must_use]
    pub fn done(message: &str) -> Self {
        Self::new(200, message, None::<()>)
    }

    /// 200 with data.
    #[must_use]
    pub fn found(message: &str, data: impl Serialize) -> Self {
        Self::new(200, message, Some(data))
    }

    /// 201 with what was created.
    #[must_use]
    pub fn created(message: &str, data: impl Serialize) -> Self {
        Self::new(201, message, Some(data))
    }

    fn new(status: u16, message: &str, data: Option<impl Serialize>) -> Self {
        Self { status, body: encode(&Answer::new(message, data)) }
    }
}

/// Runs a route's function: `main` is this one call.
pub fn serve<F, A>(handler: F) -> Result<(), lambda_http::Error>
where
    F: Fn(Arc<App>, Call) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Reply, Error>> + Send + 'static,
{
    serve::serve(Arc::new(move |app, request| {
        let work = handler(app, Call { request, now: serve::now() });
        Box::pin(async move { respond(work.await) })
    }))
}

fn respond(outcome: Result<Reply, Error>) -> Response<Body> {
    outcome.map_or_else(|error| refuse(&error), |reply| serve::json(reply.status, reply.body))
}

fn refuse(error: &Error) -> Response<Body> {
    serve::log(error);
    let (status, code) = error.answer();
    let mut response = serve::json(status, encode(&Failure::new(code, &error.public_message())));
    if status == 503 {
        response.headers_mut().insert("retry-after", HeaderValue::from_static("1"));
    }
    response
}

/// The JSON of an answer. Our answers have no maps and no failing serializers.
fn encode(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}
