//! CORS as an HTTP API does it: preflights answered without a function, and a function's own CORS
//! headers replaced.

use axum::{
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS,
            ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
            ORIGIN,
        },
    },
    response::Response,
};

use crate::{
    exchange::{pattern, request::ApiRequest, response},
    template::Cors,
};

/// Whether a browser asks for permission before it sends the real request.
pub fn is_preflight(request: &ApiRequest) -> bool {
    request.method == Method::OPTIONS
        && request.headers.contains_key(ORIGIN)
        && request.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a preflight: 204, with the permissions when the origin is an allowed one.
pub fn preflight(cors: &Cors, request: &ApiRequest) -> Response {
    let mut response = response::empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    apply(cors, request.header(&ORIGIN), headers);
    if allowed(cors, request.header(&ORIGIN)).is_some() {
        insert_list(headers, ACCESS_CONTROL_ALLOW_METHODS, &cors.allow_methods);
        insert_list(headers, ACCESS_CONTROL_ALLOW_HEADERS, &cors.allow_headers);
        if let Some(seconds) = cors.max_age {
            headers.insert(ACCESS_CONTROL_MAX_AGE, seconds.into());
        }
    }
    response
}

/// Makes the API's configuration the only source of CORS headers in an answer.
pub fn apply(cors: &Cors, origin: Option<&str>, headers: &mut HeaderMap) {
    // API Gateway ignores the CORS headers of a function when the API has a configuration.
    for name in [
        ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_EXPOSE_HEADERS,
        ACCESS_CONTROL_MAX_AGE,
    ] {
        headers.remove(name);
    }
    let Some(Ok(origin)) = allowed(cors, origin).map(HeaderValue::from_str) else {
        return;
    };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    insert_list(headers, ACCESS_CONTROL_EXPOSE_HEADERS, &cors.expose_headers);
    if cors.allow_credentials {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
}

/// What `access-control-allow-origin` says to this origin.
fn allowed<'a>(cors: &'a Cors, origin: Option<&'a str>) -> Option<&'a str> {
    let origin = origin?;
    let found = cors.allow_origins.iter().find(|allowed| pattern::matches(allowed, origin))?;
    Some(if found == "*" { "*" } else { origin })
}

fn insert_list(headers: &mut HeaderMap, name: HeaderName, values: &[String]) {
    if !values.is_empty()
        && let Ok(value) = HeaderValue::from_str(&values.join(","))
    {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request};

    use super::*;

    fn cors(origins: &[&str]) -> Cors {
        Cors {
            allow_origins: origins.iter().map(ToString::to_string).collect(),
            allow_methods: vec!["GET".into(), "POST".into()],
            allow_headers: vec!["accesstoken".into()],
            expose_headers: vec!["retry-after".into()],
            allow_credentials: false,
            max_age: Some(600),
        }
    }

    fn preflight_from(origin: &str) -> ApiRequest {
        let request = Request::options("/rooms")
            .header(ORIGIN, origin)
            .header(ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .body(Body::empty());
        ApiRequest::new(request.unwrap(), ([127, 0, 0, 1], 1).into())
    }

    #[test]
    fn a_preflight_is_answered_with_the_permissions() {
        let request = preflight_from("http://app.example");
        assert!(is_preflight(&request));
        let response = preflight(&cors(&["*"]), &request);
        assert_eq!(response.status(), 204);
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_METHODS], "GET,POST");
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_HEADERS], "accesstoken");
        assert_eq!(response.headers()[ACCESS_CONTROL_MAX_AGE], "600");
    }

    #[test]
    fn a_strange_origin_gets_no_permission() {
        let response = preflight(&cors(&["https://*"]), &preflight_from("http://app.example"));
        assert_eq!(response.status(), 204);
        assert!(response.headers().is_empty());
    }

    #[test]
    fn the_functions_own_cors_headers_are_replaced() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("http://evil"));
        apply(&cors(&["https://*"]), Some("https://app.example"), &mut headers);
        assert_eq!(headers[ACCESS_CONTROL_ALLOW_ORIGIN], "https://app.example");
        assert_eq!(headers[ACCESS_CONTROL_EXPOSE_HEADERS], "retry-after");
        apply(&cors(&["*"]), None, &mut headers);
        assert!(headers.is_empty());
    }
}
