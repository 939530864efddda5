//! The page itself: its files, which are part of the program and load nothing from elsewhere.

use axum::{
    body::Body,
    extract::Path,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::Response,
};

use crate::exchange::response::message;

const INDEX: &str = include_str!("../../inspector/index.html");

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Name, content type and content.
const FILES: [(&str, &str, &str); 11] = [
    ("style.css", "text/css; charset=utf-8", include_str!("../../inspector/style.css")),
    ("icon.svg", "image/svg+xml", include_str!("../../inspector/icon.svg")),
    ("connections.js", SCRIPT, include_str!("../../inspector/connections.js")),
    ("dom.js", SCRIPT, include_str!("../../inspector/dom.js")),
    ("edge.js", SCRIPT, include_str!("../../inspector/edge.js")),
    ("filter.js", SCRIPT, include_str!("../../inspector/filter.js")),
    ("functions.js", SCRIPT, include_str!("../../inspector/functions.js")),
    ("items.js", SCRIPT, include_str!("../../inspector/items.js")),
    ("main.js", SCRIPT, include_str!("../../inspector/main.js")),
    ("problem.js", SCRIPT, include_str!("../../inspector/problem.js")),
    ("records.js", SCRIPT, include_str!("../../inspector/records.js")),
];

/// Scripts and styles are files of its own; no other page may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    // The program may be another one at the next start.
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

pub async fn index() -> Response {
    served("text/html; charset=utf-8", INDEX)
}

pub async fn file(Path(file): Path<String>) -> Response {
    let found = FILES.iter().find(|(name, ..)| *name == file);
    found.map_or_else(
        || message(StatusCode::NOT_FOUND, "There is no such file"),
        |(_, content_type, content)| served(content_type, content),
    )
}

fn served(content_type: &'static str, content: &'static str) -> Response {
    let mut response = Response::new(Body::from(content));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.extend(HEADERS);
    response
}
