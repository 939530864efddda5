//! The page itself: its files, which are part of the program and load nothing from elsewhere.

use axum::{extract::Path, http::StatusCode, response::Response};

use crate::exchange::response;

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

pub async fn index() -> Response {
    response::file("text/html; charset=utf-8", POLICY, INDEX)
}

pub async fn file(Path(file): Path<String>) -> Response {
    let found = FILES.iter().find(|(name, ..)| *name == file);
    found.map_or_else(
        || response::message(StatusCode::NOT_FOUND, "There is no such file"),
        |(_, content_type, content)| response::file(content_type, POLICY, *content),
    )
}
