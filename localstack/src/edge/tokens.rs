//! An access token for the page, where everybody is believed anyway.

use std::{
    fmt::{self, Debug, Formatter},
    net::IpAddr,
};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header::CACHE_CONTROL},
    response::Response,
};
use serde_json::json;

use crate::exchange::{request::ApiRequest, response};

/// Browsers say `same-origin` for a page of `localhost` that asks its own server, and no script can say
/// it for another: not on another site, and not under a foreign name that leads here.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Signs a token for a user, or refuses everybody.
pub struct Tokens(Option<Sign>);

type Sign = Box<dyn Fn(u64) -> Option<String> + Send + Sync>;

impl Tokens {
    /// For the page that asks.
    pub fn for_page(sign: impl Fn(u64) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(sign)))
    }

    /// For nobody.
    pub const fn none() -> Self {
        Self(None)
    }

    /// `{"token"}` for `?user=`.
    pub fn answer(&self, request: &ApiRequest) -> Response {
        let Some(sign) = self.0.as_ref().filter(|_| is_of_page(request)) else {
            let why = "only the page of a local run that trusts callers gets tokens here: \
                       the command `token` prints one";
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

fn is_of_page(request: &ApiRequest) -> bool {
    let viewer: Result<IpAddr, _> = request.source_ip.parse();
    request.header(&FETCH_SITE) == Some("same-origin")
        && viewer.is_ok_and(|viewer| viewer.is_loopback())
}

impl Debug for Tokens {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tokens").field(&self.0.is_some()).finish()
    }
}
