//! The `Host` header: the rule of RFC 9112, 3.2 for every request that reaches the edge.

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, Version, header::HOST, uri::Authority},
    middleware::Next,
    response::Response,
};

use crate::exchange::response;

/// A layer that answers 400 to a request that does not say for which host it is.
pub async fn check(request: Request, next: Next) -> Response {
    if is_sound(request.headers(), request.version()) {
        return next.run(request).await;
    }
    response::message(StatusCode::BAD_REQUEST, "A request must have one Host header with a host")
}

/// Returns whether there is one `Host` line, and a host in it. HTTP/1.0 may leave the line out.
fn is_sound(headers: &HeaderMap, version: Version) -> bool {
    let mut lines = headers.get_all(HOST).iter();
    match (lines.next(), lines.next()) {
        (None, _) => version < Version::HTTP_11,
        (Some(line), None) => line.to_str().is_ok_and(is_host),
        (Some(_), Some(_)) => false,
    }
}

/// A host, maybe with a port. Names and passwords belong to no `Host`.
fn is_host(text: &str) -> bool {
    !text.contains('@') && text.parse::<Authority>().is_ok_and(|host| !host.host().is_empty())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn with(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (HOST, HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn one_host_is_needed_since_http_1_1() {
        for host in ["localhost", "localhost:3000", "[::1]:3000", "192.0.2.1", "chat.example.com"] {
            assert!(is_sound(&with(&[host]), Version::HTTP_11), "{host}");
        }
        for lines in [&[][..], &["a", "b"], &["a", "a"], &[""], &["a b"], &["u@a"], &[":80"]] {
            assert!(!is_sound(&with(lines), Version::HTTP_11), "{lines:?}");
        }
        assert!(is_sound(&with(&[]), Version::HTTP_10));
        assert!(!is_sound(&with(&["a", "b"]), Version::HTTP_10));
    }
}
