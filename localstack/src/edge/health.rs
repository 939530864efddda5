//! `/healthz`: whether everything that the start promises is there, and can be called.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use axum::{
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::Response,
};
use serde_json::{Value, json};

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

    /// 200, or 503 while a function cannot start, and while the demo data is being loaded: a script
    /// that waits for the 200 finds room 1. `unable` are the functions that cannot start, and why.
    pub fn answer(&self, unable: &BTreeMap<&str, String>) -> Response {
        if let Some((function, why)) = unable.first_key_value() {
            let message = format!("The function {function} cannot start: {why}");
            let body = json!({ "status": "failing", "message": message, "functions": unable });
            return unavailable(&body);
        }
        if self.is_ready.load(Relaxed) {
            return response::json(StatusCode::OK, &json!({ "status": "ok" }));
        }
        let message = "The functions are being started, and the demo data is being loaded";
        unavailable(&json!({ "status": "starting", "message": message }))
    }
}

fn unavailable(body: &Value) -> Response {
    let mut response = response::json(StatusCode::SERVICE_UNAVAILABLE, body);
    response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
    response
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn asked(
        health: &Health,
        unable: &[(&'static str, &str)],
    ) -> (StatusCode, Option<HeaderValue>, Value) {
        let unable = unable.iter().map(|(function, why)| (*function, (*why).to_owned())).collect();
        let (parts, body) = health.answer(&unable).into_parts();
        let body = to_bytes(body, 1024).await.unwrap();
        let retry_after = parts.headers.get(RETRY_AFTER).cloned();
        (parts.status, retry_after, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn the_edge_is_unavailable_until_it_is_ready_and_says_when_to_ask_again() {
        let health = Health::default();
        let (status, retry_after, body) = asked(&health, &[]).await;
        assert_eq!((status.as_u16(), retry_after.unwrap().as_bytes()), (503, &b"1"[..]));
        assert_eq!(body["status"], "starting");
        health.set_ready();
        assert_eq!(asked(&health, &[]).await, (StatusCode::OK, None, json!({ "status": "ok" })));
    }

    #[tokio::test]
    async fn functions_that_cannot_start_are_named_before_and_after() {
        let health = Health::default();
        for _ in 0..2 {
            let (status, _, body) = asked(&health, &[("A", "no key"), ("B", "no table")]).await;
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
            let expected = json!({
                "status": "failing",
                "message": "The function A cannot start: no key",
                "functions": { "A": "no key", "B": "no table" },
            });
            assert_eq!(body, expected);
            health.set_ready();
        }
    }
}
