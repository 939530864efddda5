//! A request on its way to one of the two APIs.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName, Method, Version, header::HOST},
};
use hyper::upgrade::OnUpgrade;
use percent_encoding::percent_decode_str;

/// Who passed a request on, each with the address of its caller.
pub const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A request after CloudFront, or one that never went through it.
#[derive(Debug)]
pub struct ApiRequest {
    pub method: Method,
    /// Path below the API's host name, percent-encoded as the client sent it.
    pub path: String,
    /// Query without the question mark, percent-encoded as the client sent it.
    pub query: String,
    /// Headers, with `host` as the viewer sent it.
    pub headers: HeaderMap,
    pub version: Version,
    /// Of the caller; an IPv4 address that came over IPv6 is written as IPv4.
    pub source_ip: String,
    /// Body, not read yet.
    pub body: Body,
    /// The raw connection, for a client that asks for another protocol.
    pub upgrade: Option<OnUpgrade>,
}

impl ApiRequest {
    /// Takes a request apart.
    pub fn new(request: Request, caller: SocketAddr) -> Self {
        let (mut parts, body) = request.into_parts();
        Self {
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            method: parts.method,
            headers: parts.headers,
            version: parts.version,
            source_ip: caller.ip().to_canonical().to_string(),
            body,
            upgrade: parts.extensions.remove(),
        }
    }

    /// The same request with another path.
    pub fn at(self, path: String) -> Self {
        Self { path, ..self }
    }

    /// The first value of a header, when it is text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// `X-Forwarded-For` for who is asked next: what the caller claims, then the caller's address.
    pub fn forwarded_for(&self) -> String {
        let claimed = self.headers.get_all(X_FORWARDED_FOR).iter();
        let claimed = claimed.map(|value| String::from_utf8_lossy(value.as_bytes()));
        claimed.chain([self.source_ip.as_str().into()]).collect::<Vec<_>>().join(", ")
    }

    /// The port the viewer called.
    pub fn port(&self) -> &str {
        let host = self.header(&HOST).unwrap_or_default();
        match host.rsplit_once(':') {
            Some((_, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => port,
            _ => "80",
        }
    }

    /// Name and value pairs of the query, decoded, in order. API Gateway decodes a query as a form:
    /// `+` is a space.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }

    /// Characters of path and query together.
    pub fn url_length(&self) -> usize {
        self.path.len() + self.query.len()
    }
}

/// Undoes the percent-encoding of a path, in which `+` is a plus sign.
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(uri: &str) -> ApiRequest {
        let request = Request::get(uri).header(HOST, "localhost:3000").body(Body::empty());
        ApiRequest::new(request.unwrap(), ([127, 0, 0, 1], 50000).into())
    }

    #[test]
    fn path_and_query_keep_their_encoding() {
        let request = request("/a%2Fb?c=%20d&e");
        assert_eq!(request.path, "/a%2Fb");
        assert_eq!(request.query, "c=%20d&e");
        assert_eq!(request.port(), "3000");
        assert_eq!(request.source_ip, "127.0.0.1");
    }

    #[test]
    fn query_pairs_are_decoded_in_order() {
        let pairs = request("/?a=1&b=x+y&a=%ED%95%9C&flag&=").query_pairs();
        let expected = [("a", "1"), ("b", "x y"), ("a", "한"), ("flag", ""), ("", "")];
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(pairs, expected);
    }
}
