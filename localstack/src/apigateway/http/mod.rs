//! The HTTP API: routes, payload format 2.0, CORS.

mod cors;
mod event;
mod reply;
mod route;

use std::{mem, time::Duration};

use axum::{
    http::{HeaderValue, Method, StatusCode, header::ALLOW, header::ORIGIN},
    response::Response,
};

use self::{
    event::Call,
    route::{Matched, RouteTable},
};
use super::{clock, error::ApiError, id, names::ApiNames};
use crate::{
    exchange::{
        body::{self, BodyError},
        request::ApiRequest,
        response,
    },
    lambda::{Functions, InvokeError},
    template::{Cors, HttpApi},
};

/// API Gateway's quota of a payload, 10 MB.
const BODY_BYTES: usize = 10 * 1024 * 1024;
/// API Gateway's quota of request line and headers together.
const HEAD_BYTES: usize = 10_240;

/// The HTTP API of the template.
#[derive(Debug)]
pub struct HttpGateway {
    names: ApiNames,
    routes: RouteTable,
    cors: Option<Cors>,
    functions: Functions,
    strict: bool,
    /// How long a body may take.
    slow_client: Duration,
}

impl HttpGateway {
    /// Fails on a route key that an HTTP API cannot have.
    pub fn new(
        api: &HttpApi,
        functions: Functions,
        strict: bool,
        slow_client: Duration,
    ) -> Result<Self, ApiError> {
        Ok(Self {
            names: ApiNames::new(&api.id, &api.stage),
            routes: RouteTable::new(&api.routes)?,
            cors: api.cors.clone(),
            functions,
            strict,
            slow_client,
        })
    }

    /// Whether a GET of this path, still percent-encoded, is answered by a route.
    pub fn has_route(&self, path: &str) -> bool {
        self.routes.find(&Method::GET, path) != Matched::Nothing
    }

    /// Every answer has a request id, also one that no function gave: support asks for it.
    pub async fn answer(&self, request: ApiRequest) -> Response {
        let request_id = id::random();
        let mut response = match &self.cors {
            Some(cors) if cors::is_preflight(&request) => cors::preflight(cors, &request),
            Some(cors) => {
                let origin = request.header(&ORIGIN).map(ToOwned::to_owned);
                let mut response = self.route(request, &request_id).await;
                cors::apply(cors, origin.as_deref(), response.headers_mut());
                response
            }
            None => self.route(request, &request_id).await,
        };
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert("apigw-requestid", value);
        }
        response
    }

    async fn route(&self, request: ApiRequest, request_id: &str) -> Response {
        if let Some(refusal) = refuse_long_head(&request) {
            return refusal;
        }
        match self.routes.find(&request.method, &request.path) {
            Matched::Route { key, function, parameters } => {
                let call = Call { route_key: key, parameters, request_id, time: clock::now() };
                self.invoke(function, call, request).await
            }
            Matched::OtherMethods(methods) if !self.strict => {
                method_not_allowed(&request, &methods)
            }
            Matched::OtherMethods(_) | Matched::Nothing => {
                response::message(StatusCode::NOT_FOUND, "Not Found")
            }
        }
    }

    async fn invoke(&self, function: &str, call: Call<'_>, mut request: ApiRequest) -> Response {
        let body = mem::take(&mut request.body);
        let body = match body::read(body, BODY_BYTES, self.slow_client).await {
            Ok(body) => body,
            Err(slow @ BodyError::TooSlow(_)) => {
                return response::message(StatusCode::REQUEST_TIMEOUT, &slow.to_string());
            }
            Err(BodyError::TooLarge(_)) => {
                let text = "Request Entity Too Large";
                return response::message(StatusCode::PAYLOAD_TOO_LARGE, text);
            }
            Err(BodyError::Unreadable(_)) => {
                return response::message(StatusCode::BAD_REQUEST, "Bad Request");
            }
        };
        let event = event::build(&self.names, &call, &request, &body);
        self.functions.journal.event(function, &event);
        match self.functions.invoke(function, &event).await {
            Ok(answer) => reply::from_answer(&answer).unwrap_or_else(|malformed| {
                tracing::error!(function, %malformed, "a function's answer is no HTTP response");
                internal_server_error()
            }),
            Err(error) => {
                tracing::error!(function, %error, "a function gave no answer");
                failure(&error)
            }
        }
    }
}

fn refuse_long_head(request: &ApiRequest) -> Option<Response> {
    let headers: usize =
        request.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if request.url_length() > HEAD_BYTES {
        return Some(response::message(StatusCode::URI_TOO_LONG, "URI Too Long"));
    }
    (request.url_length() + headers > HEAD_BYTES).then(|| {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        response::message(status, "Request Header Fields Too Large")
    })
}

/// API Gateway says 404 here, which sends developers looking for a typing error in the path.
fn method_not_allowed(request: &ApiRequest, methods: &[&str]) -> Response {
    let methods = methods.join(", ");
    let text = format!("{} is not allowed here, only {methods}", request.method);
    let mut response = response::message(StatusCode::METHOD_NOT_ALLOWED, &text);
    if let Ok(allow) = HeaderValue::from_str(&methods) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

/// As HTTP APIs do. 502 and 504 are what REST APIs answer.
fn failure(error: &InvokeError) -> Response {
    match error {
        InvokeError::Failed(_) | InvokeError::Crashed | InvokeError::NotStarted(_) => {
            internal_server_error()
        }
        InvokeError::TimedOut => {
            response::message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
        }
    }
}

fn internal_server_error() -> Response {
    response::message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}
