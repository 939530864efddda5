//! The CloudFront distribution: path behaviours and their viewer functions.

mod error;
mod errors;
mod function;

use axum::{
    body::{Body, HttpBody},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
    response::Response,
};

use crate::{
    exchange::{
        pattern,
        request::{ApiRequest, X_FORWARDED_FOR},
        response,
    },
    template::{Behaviour, Target},
};
pub use error::DistributionError;
pub use errors::ErrorCache;
use function::{ViewerFunction, ViewerOutcome, ViewerRequest};

/// CloudFront's own address: the only one that an API behind it sees.
const ADDRESS: &str = "127.0.0.1";

/// What the distribution does with a request.
pub enum Routed {
    /// It goes on to this API.
    Origin(Target, ApiRequest),
    /// The viewer function answered, or failed.
    Answered(Response),
}

/// The behaviours in order, their functions compiled.
#[derive(Debug)]
pub struct Distribution {
    behaviours: Vec<CompiledBehaviour>,
    /// Refuse what CloudFront refuses.
    strict: bool,
}

#[derive(Debug)]
struct CompiledBehaviour {
    path_pattern: String,
    target: Target,
    origin_path: String,
    origin_headers: Vec<(HeaderName, HeaderValue)>,
    viewer: Option<ViewerFunction>,
}

impl Distribution {
    /// Compiles every viewer function.
    pub fn new(behaviours: &[Behaviour], strict: bool) -> Result<Self, DistributionError> {
        let compile = |behaviour: &Behaviour| -> Result<CompiledBehaviour, DistributionError> {
            let viewer =
                behaviour.viewer_request.as_deref().map(ViewerFunction::compile).transpose();
            Ok(CompiledBehaviour {
                path_pattern: with_slash(&behaviour.path_pattern),
                target: behaviour.target,
                origin_path: behaviour.origin_path.clone(),
                origin_headers: behaviour.origin_headers.clone(),
                viewer: viewer.map_err(|source| DistributionError {
                    path_pattern: behaviour.path_pattern.clone(),
                    source,
                })?,
            })
        };
        let behaviours = behaviours.iter().map(compile).collect::<Result<_, _>>()?;
        Ok(Self { behaviours, strict })
    }

    /// Whether the path has a behaviour of its own and is not left to the default one.
    pub fn is_own(&self, path: &str) -> bool {
        let patterns = self.behaviours.iter().map(|behaviour| &behaviour.path_pattern);
        patterns.filter(|pattern| *pattern != "*").any(|pattern| pattern::matches(pattern, path))
    }

    /// Picks the API by the path, after the behaviour's function has seen the request.
    pub fn route(&self, request: ApiRequest) -> Routed {
        if self.strict && has_unexpected_body(&request) {
            let text = "CloudFront takes no body with this method";
            return Routed::Answered(response::message(StatusCode::FORBIDDEN, text));
        }
        let found = self
            .behaviours
            .iter()
            .find(|behaviour| pattern::matches(&behaviour.path_pattern, &request.path));
        match found {
            Some(behaviour) => behaviour.route(request),
            None => Routed::Answered(response::message(StatusCode::NOT_FOUND, "Not Found")),
        }
    }
}

impl CompiledBehaviour {
    fn route(&self, request: ApiRequest) -> Routed {
        let Some(viewer) = &self.viewer else {
            return self.to_origin(request);
        };
        match viewer.run(viewer_request(&request)) {
            Ok(ViewerOutcome::Forward(changed)) => self.to_origin(ApiRequest {
                path: changed.uri,
                query: changed.query,
                headers: header_map(changed.headers),
                ..request
            }),
            Ok(ViewerOutcome::Respond { status, headers, body }) => {
                Routed::Answered(respond(status, headers, body))
            }
            // CloudFront's own answer to a function that throws or takes too long.
            Err(error) => {
                tracing::error!(behaviour = self.path_pattern, %error, "a viewer function failed");
                let text = "The CloudFront function of this path is invalid or could not run";
                Routed::Answered(response::message(StatusCode::SERVICE_UNAVAILABLE, text))
            }
        }
    }

    fn to_origin(&self, mut request: ApiRequest) -> Routed {
        if let Ok(viewers) = HeaderValue::try_from(request.forwarded_for()) {
            request.headers.insert(X_FORWARDED_FOR, viewers);
        }
        for (name, value) in &self.origin_headers {
            request.headers.insert(name, value.clone());
        }
        let path = format!("{}{}", self.origin_path, request.path);
        Routed::Origin(self.target, ApiRequest { path, source_ip: ADDRESS.to_owned(), ..request })
    }
}

fn respond(status: u16, headers: Vec<(String, String)>, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    response.headers_mut().extend(header_map(headers));
    response
}

/// CloudFront answers 403 to a GET with a body (its developer guide, "Request and response behavior for
/// custom origins"). It does not name HEAD, which is treated alike here: RFC 9110, 9.3.2 gives a body no
/// meaning there either. Chunks count as a body, whatever they hold.
fn has_unexpected_body(request: &ApiRequest) -> bool {
    matches!(request.method, Method::GET | Method::HEAD) && !request.body.is_end_stream()
}

/// A pattern means the same with and without its first slash.
fn with_slash(pattern: &str) -> String {
    match pattern {
        "*" => pattern.to_owned(),
        _ => format!("/{}", pattern.trim_start_matches('/')),
    }
}

fn viewer_request(request: &ApiRequest) -> ViewerRequest {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    ViewerRequest {
        method: request.method.to_string(),
        uri: request.path.clone(),
        query: request.query.clone(),
        headers: request
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        ip: request.source_ip.clone(),
    }
}

fn header_map(headers: Vec<(String, String)>) -> HeaderMap {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::try_from(name), HeaderValue::from_bytes(value.as_bytes()))
        {
            map.append(name, value);
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use axum::extract::Request;

    use super::*;

    fn behaviour(path_pattern: &str, target: Target) -> Behaviour {
        Behaviour {
            path_pattern: path_pattern.into(),
            target,
            origin_path: "/origin".into(),
            origin_headers: vec![(
                HeaderName::from_static("x-from"),
                HeaderValue::from_static("CloudFront"),
            )],
            viewer_request: None,
        }
    }

    fn routed(request: axum::http::request::Builder) -> (Target, ApiRequest) {
        let behaviours = [
            behaviour("ws/*", Target::WebSocket),
            behaviour("/ws/never", Target::Http),
            behaviour("*", Target::Http),
        ];
        let request = request.body(Body::empty()).unwrap();
        let request = ApiRequest::new(request, ([192, 0, 2, 7], 1).into());
        match Distribution::new(&behaviours, false).unwrap().route(request) {
            Routed::Origin(target, request) => (target, request),
            Routed::Answered(response) => panic!("answered {response:?}"),
        }
    }

    fn route(path: &str) -> (Target, String) {
        let (target, request) = routed(Request::get(path));
        (target, request.path)
    }

    #[test]
    fn the_first_matching_behaviour_wins_and_the_origin_path_comes_first() {
        assert_eq!(route("/ws/never"), (Target::WebSocket, "/origin/ws/never".into()));
        assert_eq!(route("/w%73/1"), (Target::Http, "/origin/w%73/1".into()));
    }

    #[test]
    fn an_origins_own_headers_take_the_place_of_the_viewers() {
        let claiming = Request::get("/").header("X-From", "me").header("x-from", "me, too");
        for request in [Request::get("/"), claiming] {
            let (_, request) = routed(request);
            let sent: Vec<_> = request.headers.get_all("x-from").iter().collect();
            assert_eq!(sent, ["CloudFront"]);
        }
    }

    #[test]
    fn an_origin_sees_cloudfront_and_is_told_of_the_viewer() {
        let claims = ["198.51.100.1", "198.51.100.2, 198.51.100.3"];
        for (claims, told) in [
            (&claims[..0], "192.0.2.7"),
            (&claims[..1], "198.51.100.1, 192.0.2.7"),
            (&claims[..], "198.51.100.1, 198.51.100.2, 198.51.100.3, 192.0.2.7"),
        ] {
            let claiming = claims
                .iter()
                .fold(Request::get("/"), |request, claim| request.header(X_FORWARDED_FOR, *claim));
            let (_, request) = routed(claiming);
            assert_eq!(request.headers.get_all(X_FORWARDED_FOR).iter().collect::<Vec<_>>(), [told]);
            assert_eq!(request.source_ip, ADDRESS);
        }
    }
}
