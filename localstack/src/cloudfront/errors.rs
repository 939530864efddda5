//! Answers with an error's status, which CloudFront keeps for a while and gives to everybody who asks
//! for the same path, whatever the cache policy says.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderValue, Method, StatusCode, header::AGE, response::Parts},
    response::Response,
};
use dashmap::DashMap;
use tokio::time::Instant;

use crate::exchange::{request::ApiRequest, response};

/// Those that CloudFront keeps although the origin does not ask for it. 400, 403, 405, 412 and 415
/// are kept only with a `Cache-Control` of the origin's, which functions here never send.
const KEPT: [u16; 7] = [404, 414, 500, 501, 502, 503, 504];
/// How long, for a status of which the distribution's `CustomErrorResponses` say nothing.
const DEFAULT: Duration = Duration::from_secs(10);

/// The errors that are being kept, by path: neither query, token nor cookie tells callers apart.
#[derive(Debug)]
pub struct ErrorCache {
    lasting: BTreeMap<u16, Duration>,
    kept: DashMap<String, Kept>,
}

#[derive(Debug)]
struct Kept {
    parts: Parts,
    body: Bytes,
    since: Instant,
    until: Instant,
}

impl ErrorCache {
    /// With the seconds that the distribution sets for some statuses.
    pub fn new(seconds: &BTreeMap<u16, u32>) -> Self {
        let seconds = |status: u16| {
            seconds.get(&status).map_or(DEFAULT, |seconds| Duration::from_secs((*seconds).into()))
        };
        let lasting = KEPT.into_iter().map(|status| (status, seconds(status))).collect();
        Self { lasting, kept: DashMap::new() }
    }

    /// The error that is kept for this path, or what the origin answers.
    pub async fn answer(
        &self,
        request: ApiRequest,
        origin: impl AsyncFnOnce(ApiRequest) -> Response,
    ) -> Response {
        if !matches!(request.method, Method::GET | Method::HEAD) {
            return origin(request).await;
        }
        let path = request.path.clone();
        if let Some(kept) = self.kept(&path) {
            return kept;
        }
        let answer = origin(request).await;
        match self.lasting.get(&answer.status().as_u16()) {
            Some(lasting) if !lasting.is_zero() => self.keep(path, answer, *lasting).await,
            _ => answer,
        }
    }

    fn kept(&self, path: &str) -> Option<Response> {
        let now = Instant::now();
        self.kept.remove_if(path, |_, kept| kept.until <= now);
        let kept = self.kept.get(path)?;
        let mut answer = Response::from_parts(kept.parts.clone(), Body::from(kept.body.clone()));
        let headers = answer.headers_mut();
        headers.insert("x-cache", HeaderValue::from_static("Error from cloudfront"));
        headers.insert(AGE, now.duration_since(kept.since).as_secs().into());
        Some(answer)
    }

    async fn keep(&self, path: String, answer: Response, lasting: Duration) -> Response {
        let (parts, body) = answer.into_parts();
        let Ok(body) = to_bytes(body, usize::MAX).await else {
            return response::message(StatusCode::BAD_GATEWAY, "Bad Gateway");
        };
        let since = Instant::now();
        let until = since + lasting;
        let answer = Response::from_parts(parts.clone(), Body::from(body.clone()));
        self.kept.retain(|_, kept| kept.until > since);
        self.kept.insert(path, Kept { parts, body, since, until });
        answer
    }
}
