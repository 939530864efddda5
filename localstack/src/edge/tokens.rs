//! `/page/token?user=`: an access token for a page, where everybody is believed anyway.

use std::fmt::{self, Debug, Formatter};

use axum::{
    http::{HeaderValue, StatusCode, header::CACHE_CONTROL},
    response::Response,
};
use serde_json::json;

use crate::exchange::{request::ApiRequest, response};

/// Signs a token for a user.
type Sign = Box<dyn Fn(u64) -> Option<String> + Send + Sync>;

/// Gives tokens away, or to nobody. Pages of other origins cannot read the answer: it admits none.
#[derive(Default)]
pub struct Tokens(Option<Sign>);

impl Tokens {
    /// For whoever asks.
    pub fn for_everybody(sign: impl Fn(u64) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(sign)))
    }

    pub fn answer(&self, request: &ApiRequest) -> Response {
        let Some(sign) = &self.0 else {
            let why = "Callers need a token of their own here: the command `token` prints one";
            return response::message(StatusCode::FORBIDDEN, why);
        };
        let pairs = request.query_pairs();
        let user = pairs.iter().find(|(name, _)| name == "user");
        let user = user.and_then(|(_, id)| id.parse().ok()).filter(|id| *id > 0);
        let Some(token) = user.and_then(sign) else {
            return response::message(StatusCode::BAD_REQUEST, "user must be a positive integer");
        };
        let mut response = response::json(StatusCode::OK, &json!({ "token": token }));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

impl Debug for Tokens {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tokens").field(&self.0.is_some()).finish()
    }
}
