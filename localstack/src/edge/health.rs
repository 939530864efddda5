//! `/healthz`: whether everything that the start promises is there.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use axum::{
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::Response,
};
use serde_json::json;

use crate::exchange::response;

/// Loading takes a second or two, and HTTP knows no smaller unit.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// Not ready at first, and ready for good once it is.
#[derive(Debug, Default)]
pub struct Health {
    is_ready: AtomicBool,
}

impl Health {
    pub fn set_ready(&self) {
        self.is_ready.store(true, Relaxed);
    }

    /// 200, or 503 while the demo data is being loaded: a script that waits for the 200 finds room 1.
    pub fn answer(&self) -> Response {
        if self.is_ready.load(Relaxed) {
            return response::json(StatusCode::OK, &json!({ "status": "ok" }));
        }
        let body = json!({ "status": "starting", "message": "The demo data is being loaded" });
        let mut response = response::json(StatusCode::SERVICE_UNAVAILABLE, &body);
        response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use serde_json::Value;

    use super::*;

    async fn asked(health: &Health) -> (StatusCode, Option<HeaderValue>, Value) {
        let (parts, body) = health.answer().into_parts();
        let body = to_bytes(body, 1024).await.unwrap();
        let retry_after = parts.headers.get(RETRY_AFTER).cloned();
        (parts.status, retry_after, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn the_edge_is_unavailable_until_it_is_ready_and_says_when_to_ask_again() {
        let health = Health::default();
        let (status, retry_after, body) = asked(&health).await;
        assert_eq!((status.as_u16(), retry_after.unwrap().as_bytes()), (503, &b"1"[..]));
        assert_eq!(body["message"], "The demo data is being loaded");
        health.set_ready();
        assert_eq!(asked(&health).await, (StatusCode::OK, None, json!({ "status": "ok" })));
    }
}
