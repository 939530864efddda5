//! Which service a path addresses, before CloudFront is asked.

use crate::{
    apigateway::websocket::names_stage,
    exchange::request::decode,
    template::{HttpApi, WebSocketApi},
};

/// URL form of an API under LocalStack-compatible emulators.
const EXECUTE_API: &str = "/_aws/execute-api/";

/// Where a request goes.
#[derive(Debug, PartialEq, Eq)]
pub enum Destination {
    Health,
    /// `/page/token`: an access token for the page, where callers are believed.
    Token,
    /// The `@connections` API, with a decoded connection id.
    Management(String),
    /// The HTTP API without CloudFront, with the path below its stage.
    Http(String),
    /// The WebSocket API without CloudFront, with the path below its host name.
    WebSocket(String),
    /// An API or a stage that does not exist.
    Nowhere,
    /// Everything else: the distribution's behaviours decide.
    Distribution,
}

impl Destination {
    /// Reads a path as the client sent it.
    pub fn of(path: &str, http: &HttpApi, websocket: &WebSocketApi) -> Self {
        match path {
            "/healthz" => return Self::Health,
            "/page/token" => return Self::Token,
            _ => {}
        }
        if let Some(rest) = path.strip_prefix(EXECUTE_API) {
            let (api, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
            return Self::of_api(api, path, http, websocket);
        }
        if let Some((stage, id)) = management(path) {
            return Self::of_management(stage, id, websocket);
        }
        if names_stage(path, &websocket.stage) {
            return Self::WebSocket(path.to_owned());
        }
        Self::Distribution
    }

    fn of_api(api: &str, path: &str, http: &HttpApi, websocket: &WebSocketApi) -> Self {
        if api == websocket.id {
            return match management(path) {
                Some((stage, id)) => Self::of_management(stage, id, websocket),
                None => Self::WebSocket(path.to_owned()),
            };
        }
        let below = path.trim_start_matches('/');
        let (stage, rest) = below.find('/').map_or((below, "/"), |slash| below.split_at(slash));
        if api == http.id && decode(stage) == http.stage {
            return Self::Http(rest.to_owned());
        }
        Self::Nowhere
    }

    fn of_management(stage: &str, id: &str, websocket: &WebSocketApi) -> Self {
        if stage == websocket.stage && !id.is_empty() && !id.contains('/') {
            Self::Management(decode(id))
        } else {
            Self::Nowhere
        }
    }
}

/// Stage and connection id of `/{stage}/@connections/{id}`, the id still encoded.
fn management(path: &str) -> Option<(&str, &str)> {
    let (stage, rest) = path.strip_prefix('/')?.split_once('/')?;
    let (word, id) = rest.split_once('/').unwrap_or((rest, ""));
    (decode(word) == "@connections").then_some((stage, id))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn destination(path: &str) -> Destination {
        let http = HttpApi {
            id: "httpapi000".into(),
            stage: "$default".into(),
            routes: Vec::new(),
            cors: None,
        };
        let websocket = WebSocketApi {
            id: "wsapi00000".into(),
            stage: "prod".into(),
            routes: BTreeMap::new(),
            route_selection_expression: "$request.body.action".into(),
        };
        Destination::of(path, &http, &websocket)
    }

    #[test]
    fn both_url_forms_of_the_management_api_lead_to_it() {
        for path in [
            "/prod/@connections/abc=",
            "/prod/%40connections/abc%3D",
            "/_aws/execute-api/wsapi00000/prod/@connections/abc%3D",
        ] {
            assert_eq!(destination(path), Destination::Management("abc=".into()), "{path}");
        }
    }

    #[test]
    fn a_wrong_stage_or_a_longer_path_leads_nowhere() {
        for path in [
            "/dev/@connections/abc=",
            "/prod/@connections",
            "/prod/@connections/",
            "/prod/@connections/abc=/more",
            "/_aws/execute-api/unknown000/prod",
            "/_aws/execute-api/httpapi000/prod/api",
        ] {
            assert_eq!(destination(path), Destination::Nowhere, "{path}");
        }
    }

    #[test]
    fn an_api_can_be_called_without_the_distribution() {
        for (path, expected) in [
            ("/prod", Destination::WebSocket("/prod".into())),
            ("/prod/", Destination::WebSocket("/prod/".into())),
            ("/_aws/execute-api/wsapi00000/prod", Destination::WebSocket("/prod".into())),
            ("/_aws/execute-api/wsapi00000/prod/x", Destination::WebSocket("/prod/x".into())),
            ("/_aws/execute-api/wsapi00000", Destination::WebSocket("/".into())),
            ("/_aws/execute-api/httpapi000/$default/a/b%20", Destination::Http("/a/b%20".into())),
            ("/_aws/execute-api/httpapi000/%24default", Destination::Http("/".into())),
        ] {
            assert_eq!(destination(path), expected, "{path}");
        }
    }

    #[test]
    fn everything_else_is_for_the_distribution() {
        for path in
            ["/", "/chat", "/prod/x", "/prod//", "/healthz/x", "/api/v1/chat/rooms/1/messages"]
        {
            assert_eq!(destination(path), Destination::Distribution, "{path}");
        }
        assert_eq!(destination("/healthz"), Destination::Health);
    }
}
