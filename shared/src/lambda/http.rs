//! HTTP API routes: a [`Call`] in, a [`Reply`] or an [`Error`] out.

use std::{fmt::Display, future::Future, str::FromStr, sync::Arc};

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use lambda_http::{
    Body, Request, RequestExt, Response,
    http::{HeaderValue, header::RETRY_AFTER},
};
use serde::{Serialize, de::DeserializeOwned};

use super::serve::{self, Access};
use crate::{
    app::App,
    domain::{Bucket, Caller, InvalidId, ProfileClaims, RoomId, SendKey, UserId},
    error::{Error, ErrorAnswer},
    moment::Moment,
    wire::{
        answer::{Answer, Failure},
        http::read,
        json::encode,
    },
};

/// One request to a route.
#[derive(Debug)]
pub struct Call {
    request: Request,
    pub now: Timestamp,
    /// The same by both clocks.
    pub began: Moment,
    pub caller: Caller,
    /// What the access token says of the caller.
    pub claims: ProfileClaims,
}

impl Call {
    pub(super) fn trusted(request: Request, began: Moment) -> Self {
        Self::of(request, began, Caller::Trusted, ProfileClaims::default())
    }

    fn of(request: Request, began: Moment, caller: Caller, claims: ProfileClaims) -> Self {
        Self { request, now: began.time, began, caller, claims }
    }

    /// `{roomId}` of the path.
    pub fn room(&self) -> Result<RoomId, Error> {
        self.path("roomId")
    }

    /// `{userId}` of the path.
    pub fn user(&self) -> Result<UserId, Error> {
        self.path("userId")
    }

    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Error> {
        Ok(read(self.request.body())?)
    }

    /// A parameter of the query, if it is there.
    pub fn parameter<T: FromStr<Err: Display>>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, Error> {
        let parameters = self.request.query_string_parameters();
        parsed(name, parameters.first(name))
    }

    /// The `Idempotency-Key` header, if it is there.
    pub fn idempotency_key(&self) -> Result<Option<SendKey>, Error> {
        let header = self.request.headers().get("idempotency-key");
        parsed("Idempotency-Key", header.map(|key| key.to_str().unwrap_or_default()))
    }

    /// Who reads: the holder of the access token or, where callers are trusted, `user_id` of the
    /// query, if it is there.
    pub fn reader(&self) -> Result<Option<UserId>, Error> {
        let named: Option<UserId> = self.parameter("user_id")?;
        if let Some(named) = named {
            self.caller.speaks_for(named)?;
        }
        Ok(self.caller.user().or(named))
    }

    fn path<T: FromStr<Err = InvalidId>>(&self, name: &'static str) -> Result<T, Error> {
        let parameters = self.request.path_parameters();
        let text = parameters.first(name).ok_or(Error::Event("a path parameter"))?;
        text.parse().map_err(|problem| Error::Path { name, problem })
    }
}

fn parsed<T: FromStr<Err: Display>>(
    name: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, Error> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|problem: T::Err| Error::Parameter { name, problem: problem.to_string() })
}

/// The answer to a request that was carried out.
#[derive(Debug)]
pub struct Reply {
    status: u16,
    body: Vec<u8>,
}

impl Reply {
    /// 200 without data.
    pub fn done(message: &str) -> Result<Self, Error> {
        Self::new(200, &Answer::new(message, None::<()>))
    }

    /// 200 with data.
    pub fn found(message: &str, data: impl Serialize) -> Result<Self, Error> {
        Self::new(200, &Answer::new(message, Some(data)))
    }

    /// 200 with a part of a list, and how it goes on.
    pub fn page(message: &str, data: impl Serialize, page: impl Serialize) -> Result<Self, Error> {
        Self::new(200, &Answer::new(message, Some(data)).with_page(page))
    }

    /// 201 with what was created.
    pub fn created(message: &str, data: impl Serialize) -> Result<Self, Error> {
        Self::new(201, &Answer::new(message, Some(data)))
    }

    /// 200 with a body that is not in the envelope.
    pub fn bare(body: &impl Serialize) -> Result<Self, Error> {
        Self::new(200, body)
    }

    fn new(status: u16, body: &impl Serialize) -> Result<Self, Error> {
        Ok(Self { status, body: encode(body)? })
    }
}

/// Runs a route's function: `main` is this one call. Callers need an access token, unless they are
/// trusted.
pub fn serve<F, A>(handler: F) -> Result<(), lambda_http::Error>
where
    F: Fn(Arc<App>, Call) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Reply, Error>> + Send + 'static,
{
    serve_with(Access::TokenUnlessTrusted, None, handler)
}

/// The same for a route that writes: how often its callers may is limited. Of those that are trusted
/// nobody knows who they are.
pub fn serve_write<F, A>(handler: F) -> Result<(), lambda_http::Error>
where
    F: Fn(Arc<App>, Call) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Reply, Error>> + Send + 'static,
{
    serve_with(Access::TokenUnlessTrusted, Some(Bucket::Writes), handler)
}

/// The same for the route that issues tickets, which always needs an access token.
pub fn serve_tickets<F, A>(handler: F) -> Result<(), lambda_http::Error>
where
    F: Fn(Arc<App>, Call) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Reply, Error>> + Send + 'static,
{
    serve_with(Access::Token, Some(Bucket::Tickets), handler)
}

/// A route's function. Boxed, so that the code around it is compiled once and not for each of them.
type Handler = Arc<dyn Fn(Arc<App>, Call) -> Handling + Send + Sync>;

/// The work on a call.
type Handling = BoxFuture<'static, Result<Reply, Error>>;

fn serve_with<F, A>(
    access: Access,
    bucket: Option<Bucket>,
    handler: F,
) -> Result<(), lambda_http::Error>
where
    F: Fn(Arc<App>, Call) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Reply, Error>> + Send + 'static,
{
    serve_boxed(access, bucket, Arc::new(move |app, call| Box::pin(handler(app, call))))
}

fn serve_boxed(
    access: Access,
    bucket: Option<Bucket>,
    handler: Handler,
) -> Result<(), lambda_http::Error> {
    serve::serve(
        access,
        Arc::new(move |app, request| {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let outcome = match admit(access, bucket, &app, request).await {
                    Ok(call) => handler(app, call).await,
                    Err(error) => Err(error),
                };
                respond(outcome)
            })
        }),
    )
}

/// Finds out which way a request came, who is calling and how often, before anything else is looked at.
async fn admit(
    access: Access,
    bucket: Option<Bucket>,
    app: &App,
    request: Request,
) -> Result<Call, Error> {
    serve::check(&app.config.front_door, &request)?;
    let began = serve::now();
    if !access.needs_token(app.config.auth_mode) {
        return Ok(Call::trusted(request, began));
    }
    let (user, claims) = app.caller(token(&request), began.time).await?;
    if let Some(bucket) = bucket {
        app.store.charge(user, bucket, began.time).await??;
    }
    Ok(Call::of(request, began, Caller::User(user), claims))
}

/// The access token of a request, empty when there is none.
fn token(request: &Request) -> &str {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let bearer = || header("authorization").and_then(|value| value.split_once(' '));
    let bearer = || bearer().filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    header("accesstoken").or_else(|| bearer().map(|(_, token)| token.trim())).unwrap_or_default()
}

fn respond(outcome: Result<Reply, Error>) -> Response<Body> {
    outcome.map_or_else(|error| refuse(&error), |reply| serve::json_bytes(reply.status, reply.body))
}

fn refuse(error: &Error) -> Response<Body> {
    error.log();
    let ErrorAnswer { status, code } = error.answer();
    let mut response = serve::json(status, &Failure::new(code, &error.public_message()));
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
