//! The distribution's viewer-request function: CloudFront's JavaScript, run as CloudFront runs it.

mod engine;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a viewer function reads and may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewerRequest {
    /// HTTP method, read-only in CloudFront.
    pub method: String,
    /// Path only, still percent-encoded.
    pub uri: String,
    /// Raw query, still percent-encoded, without the question mark.
    pub query: String,
    /// Header names and values in order. Names are in lower case.
    pub headers: Vec<(String, String)>,
    pub ip: String,
}

/// What the function decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewerOutcome {
    /// Send this request on to the origin.
    Forward(ViewerRequest),
    /// Answer the viewer at once.
    Respond {
        status: u16,
        headers: Vec<(String, String)>,
        /// Body text, empty when the function gave none.
        body: String,
    },
}

/// Why a viewer function gave no outcome. CloudFront answers 503 then.
#[derive(Debug, thiserror::Error)]
pub enum ViewerError {
    /// The source does not compile or defines no `handler`.
    #[error("the viewer function does not compile: {0}")]
    Unreadable(String),
    /// The function threw, or used more time or memory than it may.
    #[error("the viewer function failed: {0}")]
    Failed(String),
    /// The function returned what is neither a request nor a response.
    #[error("the viewer function returned {0}, which is neither a request nor a response")]
    WrongReturn(String),
}

/// A viewer-request function that compiles. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ViewerFunction {
    source: Arc<str>,
}

impl ViewerFunction {
    /// Compiles the source of a CloudFront function that defines `handler(event)`.
    pub fn compile(source: &str) -> Result<Self, ViewerError> {
        engine::check(source)?;
        Ok(Self { source: source.into() })
    }

    /// Runs `handler` on one request. What the function leaves alone stays byte for byte.
    pub fn run(&self, request: ViewerRequest) -> Result<ViewerOutcome, ViewerError> {
        let answer = engine::call(&self.source, input(&request))?;
        let answer = serde_json::from_str(&answer)
            .map_err(|error| ViewerError::WrongReturn(format!("a malformed value ({error})")))?;
        match answer {
            Returned::Request(change) => Ok(ViewerOutcome::Forward(change.applied_to(request))),
            Returned::Response(answer) => answer.outcome(),
            Returned::Neither(value) => Err(ViewerError::WrongReturn(value)),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Input<'a> {
    method: &'a str,
    uri: &'a str,
    query: Vec<(&'a str, &'a str)>,
    headers: Vec<(&'a str, &'a str)>,
    cookies: Vec<(&'a str, &'a str)>,
    ip: &'a str,
    request_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Returned {
    Request(Change),
    Response(ViewerResponse),
    Neither(String),
}

/// The fields that the function changed; `None` is untouched.
#[derive(Deserialize)]
struct Change {
    uri: String,
    query: Option<Vec<(String, String)>>,
    headers: Option<Vec<(String, String)>>,
    cookies: Option<Vec<(String, String)>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ViewerResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    is_base64: bool,
}

fn input(request: &ViewerRequest) -> String {
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let (cookies, headers): (Vec<_>, Vec<_>) = headers.partition(|(name, _)| *name == "cookie");
    let cookies = cookies.iter().flat_map(|(_, value)| value.split(';'));
    let input = Input {
        method: &request.method,
        uri: &request.uri,
        // Not by `form_urlencoded`: a viewer function sees names and values as the client encoded them.
        query: request.query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect(),
        headers,
        cookies: cookies.map(|cookie| pair(cookie.trim())).collect(),
        ip: &request.ip,
        request_id: Uuid::new_v4().to_string(),
    };
    serde_json::to_string(&input).unwrap_or_default()
}

fn pair(text: &str) -> (&str, &str) {
    text.split_once('=').unwrap_or((text, ""))
}

impl Change {
    fn applied_to(self, mut request: ViewerRequest) -> ViewerRequest {
        request.uri = self.uri;
        if let Some(query) = self.query {
            request.query = joined(&query, "&");
        }
        let (mut cookies, mut headers): (Vec<_>, Vec<_>) =
            request.headers.into_iter().partition(|(name, _)| name == "cookie");
        if let Some(changed) = self.headers {
            headers = changed;
        }
        if let Some(changed) = self.cookies.filter(|changed| !changed.is_empty()) {
            cookies = vec![("cookie".to_owned(), joined(&changed, "; "))];
        }
        headers.append(&mut cookies);
        ViewerRequest { headers, ..request }
    }
}

fn joined(pairs: &[(String, String)], separator: &str) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join(separator)
}

impl ViewerResponse {
    fn outcome(self) -> Result<ViewerOutcome, ViewerError> {
        let body = if self.is_base64 { decoded(&self.body)? } else { self.body };
        Ok(ViewerOutcome::Respond { status: self.status, headers: self.headers, body })
    }
}

fn decoded(body: &str) -> Result<String, ViewerError> {
    let bytes = BASE64_STANDARD.decode(body).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| ViewerError::WrongReturn("a body that is no text in base64".into()))
}
