//! What a developer may see and do at the edge's own port, and nobody else: `/_edge` and
//! `@connections` are not the chat's to serve.

use std::net::IpAddr;

use axum::{
    http::{HeaderValue, StatusCode, header::AUTHORIZATION, header::WWW_AUTHENTICATE},
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    exchange::{request::ApiRequest, response},
    iam::Iam,
    loopback::{self, Stranger},
};

/// Everything at this path and below is for the developer.
const PREFIX: &str = "/_edge";

/// The answer to a request for `/_edge` that is not the developer's, None for every other.
///
/// A browser sends the credentials along with whatever a page makes it send, so that what changes
/// something must be a POST: pages elsewhere are known by its `Origin`.
pub fn refused_page(request: &ApiRequest, viewer: IpAddr, iam: &Iam) -> Option<Response> {
    if request.path.strip_prefix(PREFIX)?.starts_with(|next| next != '/') {
        return None;
    }
    refused_reader(request, viewer).or_else(|| (!is_developer(request, iam)).then(unauthorized))
}

/// The answer to a request that a person at this machine has not made, in a page of this edge or
/// without any.
pub fn refused_reader(request: &ApiRequest, viewer: IpAddr) -> Option<Response> {
    let is_local =
        loopback::check_peer(viewer).and_then(|()| loopback::check_own_page(&request.headers));
    is_local.err().map(refusal)
}

/// The answer to a call of `@connections` that does not come from this machine. Whether it is signed
/// is [`management`](crate::apigateway::management)'s to check.
pub fn refused_call(request: &ApiRequest, viewer: IpAddr) -> Option<Response> {
    let headers = &request.headers;
    let is_local = loopback::check_peer(viewer)
        .and_then(|()| loopback::check_host(headers).map(drop))
        .and_then(|()| loopback::check_no_page(headers));
    is_local.err().map(refusal)
}

/// HTTP Basic, which browsers ask for and `curl -u` sends.
fn is_developer(request: &ApiRequest, iam: &Iam) -> bool {
    let pair = || {
        let sent = request.header(&AUTHORIZATION)?;
        let (scheme, encoded) = sent.split_once(' ')?;
        let decoded = BASE64_STANDARD.decode(encoded.trim()).ok()?;
        scheme.eq_ignore_ascii_case("basic").then_some(())?;
        String::from_utf8(decoded).ok()
    };
    let pair = pair().unwrap_or_default();
    pair.split_once(':').is_some_and(|(key, secret)| iam.is_developer(key, secret))
}

fn refusal(stranger: Stranger) -> Response {
    response::message(StatusCode::FORBIDDEN, &stranger.to_string())
}

fn unauthorized() -> Response {
    let text = "This is for the developer: HTTP Basic with the access key and the secret that the start prints";
    let mut response = response::message(StatusCode::UNAUTHORIZED, text);
    let challenge = HeaderValue::from_static("Basic realm=\"edge\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        extract::Request,
        http::header::{HOST, ORIGIN},
    };

    use super::*;
    use crate::iam::Credentials;

    const HERE: [u8; 4] = [127, 0, 0, 1];

    fn iam() -> Iam {
        Iam::new(&[], Credentials::of_developer("a secret of this test".to_owned()))
    }

    fn request(path: &str, user: &str, origin: Option<&str>) -> ApiRequest {
        let user = BASE64_STANDARD.encode(user);
        let mut request = Request::post(path).header(HOST, "localhost:3000");
        request = request.header(AUTHORIZATION, format!("Basic {user}"));
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        ApiRequest::new(request.body(Body::empty()).unwrap(), (HERE, 50000).into())
    }

    fn status(path: &str, viewer: [u8; 4], user: &str, origin: Option<&str>) -> Option<u16> {
        let refused = refused_page(&request(path, user, origin), viewer.into(), &iam())?;
        Some(refused.status().as_u16())
    }

    #[test]
    fn the_whole_prefix_asks_for_the_developers_credentials() {
        let developer = "local:a secret of this test";
        for path in ["/_edge", "/_edge/", "/_edge/connections", "/_edge/a/b?c"] {
            assert_eq!(status(path, HERE, developer, None), None, "{path}");
            assert_eq!(status(path, HERE, developer, Some("http://localhost:3000")), None);
            assert_eq!(status(path, HERE, developer, Some("http://evil.example")), Some(403));
            assert_eq!(status(path, [192, 0, 2, 2], developer, None), Some(403));
            for other in ["", "local", "local:local", "local:", "other:a secret of this test"] {
                assert_eq!(status(path, HERE, other, None), Some(401), "{path} {other}");
            }
        }
        for path in ["/", "/_edges", "/healthz", "/api/_edge/x"] {
            assert_eq!(status(path, [192, 0, 2, 2], "", Some("http://evil.example")), None);
        }
    }

    #[test]
    fn connections_are_posted_to_from_this_machine_and_by_no_page() {
        let refused = |viewer: [u8; 4], origin| {
            let request = request("/prod/@connections/abc=", "", origin);
            refused_call(&request, viewer.into()).map(|response| response.status().as_u16())
        };
        assert_eq!(refused(HERE, None), None);
        assert_eq!(refused([192, 0, 2, 2], None), Some(403));
        assert_eq!(refused(HERE, Some("http://localhost:3000")), Some(403));
    }
}
