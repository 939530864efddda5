//! What is for programs on this machine only. A web page reaches loopback too, through the browser
//! of whoever looks at it: its requests carry `Origin`, or name a foreign host when the page's own
//! name server has pointed that here (DNS rebinding).

use std::net::IpAddr;

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header::HOST, header::ORIGIN, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Why a call is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stranger {
    #[error("only programs on this machine may call this, at a loopback address")]
    Peer,
    #[error("the Host header must be localhost, 127.0.0.1 or [::1]")]
    Host,
    #[error("web pages may not call this: the Origin header must be left out")]
    Page,
}

/// A layer for a port that programs on this machine call, and no page whatever.
pub async fn programs_only(request: Request, next: Next) -> Response {
    match check_host(request.headers()).and_then(|_| check_no_page(request.headers())) {
        Ok(()) => next.run(request).await,
        Err(stranger) => (StatusCode::FORBIDDEN, format!("{stranger}\n")).into_response(),
    }
}

/// Refuses other machines.
pub fn check_peer(peer: IpAddr) -> Result<(), Stranger> {
    if peer.to_canonical().is_loopback() { Ok(()) } else { Err(Stranger::Peer) }
}

/// Refuses names that anybody's name server gives out. Returns host and port as they were sent.
pub fn check_host(headers: &HeaderMap) -> Result<&str, Stranger> {
    let text = headers.get(HOST).and_then(|host| host.to_str().ok()).ok_or(Stranger::Host)?;
    let authority: Authority = text.parse().map_err(|_| Stranger::Host)?;
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let is_loopback = host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    // The port may be another: somebody forwards it here.
    if (is_loopback || host.eq_ignore_ascii_case("localhost")) && !text.contains('@') {
        Ok(text)
    } else {
        Err(Stranger::Host)
    }
}

/// Refuses what a web page has its reader's browser send, if the browser tells.
pub fn check_no_page(headers: &HeaderMap) -> Result<(), Stranger> {
    if headers.contains_key(ORIGIN) { Err(Stranger::Page) } else { Ok(()) }
}

/// The same, but for pages that this host itself has served.
pub fn check_own_page(headers: &HeaderMap) -> Result<(), Stranger> {
    let host = check_host(headers)?;
    let is_own = |origin: &str| {
        let (scheme, rest) = origin.split_once("://").unwrap_or_default();
        ["http", "https"].contains(&scheme) && rest.eq_ignore_ascii_case(host)
    };
    let mut origins = headers.get_all(ORIGIN).iter();
    if origins.all(|origin| origin.to_str().is_ok_and(is_own)) {
        Ok(())
    } else {
        Err(Stranger::Page)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(host: &str, origin: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_str(host).unwrap());
        headers.extend(origin.map(|origin| (ORIGIN, HeaderValue::from_static(origin))));
        headers
    }

    #[test]
    fn only_loopback_names_and_addresses_are_hosts() {
        for host in ["localhost", "LOCALHOST:1", "127.0.0.1:3000", "127.9.9.9", "[::1]:3000"] {
            assert_eq!(check_host(&headers(host, None)), Ok(host));
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:3000",
            "localhost@evil.example",
            "evil.example@localhost",
            "192.0.2.2:3000",
            "0.0.0.0",
            "[::]",
            "[fd00::2]",
            "localhost localhost",
        ] {
            assert_eq!(check_host(&headers(host, None)), Err(Stranger::Host), "{host}");
        }
        assert_eq!(check_host(&HeaderMap::new()), Err(Stranger::Host));
    }

    #[test]
    fn a_page_is_refused_unless_the_host_served_it_and_may_have_pages() {
        let own = headers("localhost:3000", Some("http://localhost:3000"));
        assert_eq!(check_own_page(&own), Ok(()));
        assert_eq!(check_no_page(&own), Err(Stranger::Page));
        for origin in ["null", "http://localhost", "http://localhost:3001", "file://localhost:3000"]
        {
            let foreign = headers("localhost:3000", Some(origin));
            assert_eq!(check_own_page(&foreign), Err(Stranger::Page), "{origin}");
        }
        let none = headers("localhost:3000", None);
        assert_eq!((check_own_page(&none), check_no_page(&none)), (Ok(()), Ok(())));
    }

    #[test]
    fn only_this_machine_is_at_a_loopback_address() {
        for (peer, expected) in [
            ("127.0.0.1", Ok(())),
            ("::1", Ok(())),
            ("::ffff:127.0.0.1", Ok(())),
            ("192.0.2.2", Err(Stranger::Peer)),
            ("::ffff:192.0.2.2", Err(Stranger::Peer)),
        ] {
            assert_eq!(check_peer(peer.parse().unwrap()), expected, "{peer}");
        }
    }
}
