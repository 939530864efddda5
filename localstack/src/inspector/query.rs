//! Parameters of a query.

use std::str::FromStr;

use axum::{
    http::{StatusCode, Uri},
    response::Response,
};

use crate::exchange::response::message;

/// The parameter's value, decoded.
pub fn text(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query().unwrap_or_default().as_bytes();
    let mut pairs = form_urlencoded::parse(query);
    pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// The parameter's value, or this one without it.
pub fn number<N: FromStr>(uri: &Uri, name: &str, otherwise: N) -> Result<N, Box<Response>> {
    let Some(text) = text(uri, name) else { return Ok(otherwise) };
    text.parse().map_err(|_| {
        Box::new(message(
            StatusCode::BAD_REQUEST,
            &format!("{name} must be a number, not `{text}`"),
        ))
    })
}
