//! Responses that the stand-ins give themselves, without a function.

use axum::{
    body::Body,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::Response,
};
use serde_json::{Value, json};

/// An answer with a JSON body.
pub fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A file of a page of the edge's own, which may do what the policy says.
pub fn file(
    content_type: &'static str,
    policy: &'static str,
    content: impl Into<Body>,
) -> Response {
    let headers: [(HeaderName, &str); 5] = [
        (CONTENT_TYPE, content_type),
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        // It may be another one the next time: somebody has changed it, or the program.
        (CACHE_CONTROL, "no-cache"),
    ];
    let mut response = Response::new(content.into());
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    response.headers_mut().extend(headers);
    response
}

/// `{"message": …}`, the body of everything API Gateway refuses.
pub fn message(status: StatusCode, message: &str) -> Response {
    json(status, &json!({ "message": message }))
}

/// A refusal that the AWS SDKs turn into an exception of this type.
pub fn exception(status: StatusCode, error_type: &'static str, text: &str) -> Response {
    let mut response = message(status, text);
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(error_type));
    response
}

/// 403 for a path or a stage that the API does not have.
pub fn forbidden() -> Response {
    exception(StatusCode::FORBIDDEN, "ForbiddenException", "Forbidden")
}

/// An answer without a body.
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
