//! What a developer may see and do at the edge's own port, and nobody else: `/_edge` and
//! `@connections` are not the chat's to serve.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header::AUTHORIZATION, header::WWW_AUTHENTICATE},
    middleware::Next,
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    exchange::response,
    iam::Iam,
    loopback::{self, Stranger},
};

/// A layer for what only the developer may see.
///
/// A browser sends the credentials along with whatever a page makes it send, so that what changes
/// something must be a POST: pages elsewhere are known by its `Origin`.
pub async fn developer_only(
    State(iam): State<Arc<Iam>>,
    ConnectInfo(viewer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    match refused_reader(headers, viewer.ip()) {
        Some(refused) => refused,
        None if is_developer(headers, &iam) => next.run(request).await,
        None => unauthorized(),
    }
}

/// The answer to a request that neither a page of this edge nor a program on this machine sends.
pub fn refused_reader(headers: &HeaderMap, viewer: IpAddr) -> Option<Response> {
    let is_local = loopback::check_peer(viewer).and_then(|()| loopback::check_own_page(headers));
    is_local.err().map(refusal)
}

/// The answer to a call of `@connections` that does not come from this machine. Whether it is signed
/// is [`management`](crate::apigateway::management)'s to check.
pub fn refused_call(headers: &HeaderMap, viewer: IpAddr) -> Option<Response> {
    let is_local = loopback::check_peer(viewer)
        .and_then(|()| loopback::check_host(headers).map(drop))
        .and_then(|()| loopback::check_no_page(headers));
    is_local.err().map(refusal)
}

/// HTTP Basic, which browsers ask for and `curl -u` sends.
fn is_developer(headers: &HeaderMap, iam: &Iam) -> bool {
    let pair = || {
        let sent = headers.get(AUTHORIZATION)?.to_str().ok()?;
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
    use axum::http::header::{HOST, ORIGIN};

    use super::*;
    use crate::iam::Credentials;

    const HERE: [u8; 4] = [127, 0, 0, 1];
    const ELSEWHERE: [u8; 4] = [192, 0, 2, 2];

    fn headers(user: &str, origin: Option<&'static str>) -> HeaderMap {
        let basic = format!("Basic {}", BASE64_STANDARD.encode(user));
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("localhost:3000"));
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&basic).unwrap());
        headers.extend(origin.map(|origin| (ORIGIN, HeaderValue::from_static(origin))));
        headers
    }

    fn status(refused: Option<Response>) -> Option<u16> {
        refused.map(|response| response.status().as_u16())
    }

    #[test]
    fn only_the_credentials_of_this_run_are_the_developers() {
        let iam = Iam::new(&[], Credentials::of_developer("a secret of this test".to_owned()));
        assert!(is_developer(&headers("local:a secret of this test", None), &iam));
        for other in ["", "local", "local:local", "local:", "other:a secret of this test"] {
            assert!(!is_developer(&headers(other, None), &iam), "{other}");
        }
        assert!(!is_developer(&HeaderMap::new(), &iam));
    }

    #[test]
    fn readers_are_on_this_machine_and_in_no_page_from_elsewhere() {
        let refused =
            |viewer: [u8; 4], origin| status(refused_reader(&headers("", origin), viewer.into()));
        assert_eq!(refused(HERE, None), None);
        assert_eq!(refused(HERE, Some("http://localhost:3000")), None);
        assert_eq!(refused(HERE, Some("http://evil.example")), Some(403));
        assert_eq!(refused(ELSEWHERE, None), Some(403));
    }

    #[test]
    fn connections_are_posted_to_from_this_machine_and_by_no_page() {
        let refused =
            |viewer: [u8; 4], origin| status(refused_call(&headers("", origin), viewer.into()));
        assert_eq!(refused(HERE, None), None);
        assert_eq!(refused(ELSEWHERE, None), Some(403));
        assert_eq!(refused(HERE, Some("http://localhost:3000")), Some(403));
    }
}
