//! A template with routes of every kind, all answered by the relay.

use std::{collections::BTreeMap, time::Duration};

use crate::template::{Behaviour, Cors, Function, HttpApi, Target, Template, WebSocketApi};

/// The template, whose functions pass their events on to this URL.
pub fn template(relay_url: &str) -> Template {
    let function = |name: &str| Function {
        name: name.into(),
        binary: "relay".into(),
        timeout: Duration::from_secs(2),
        memory_mb: 256,
        environment: [("RELAY_URL".to_owned(), relay_url.to_owned())].into(),
    };
    let route = |key: &str, function: &str| (key.to_owned(), function.to_owned());
    Template {
        functions: ["Http", "Socket"].map(function).into(),
        tables: Vec::new(),
        http_api: HttpApi {
            id: "httpapi000".into(),
            stage: "$default".into(),
            routes: vec![route("POST /rooms/{roomId}", "Http"), route("GET /rooms", "Http")],
            cors: Some(Cors {
                allow_origins: vec!["*".into()],
                allow_methods: vec!["POST".into()],
                ..Cors::default()
            }),
        },
        websocket_api: WebSocketApi {
            id: "wsapi00000".into(),
            stage: "prod".into(),
            routes: ["$connect", "$disconnect", "$default", "shout"]
                .map(|key| route(key, "Socket"))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
            route_selection_expression: "$request.body.action".into(),
        },
        behaviours: vec![
            behaviour("/socket/*", Target::WebSocket, Some(VIEWER)),
            behaviour("/broken", Target::Http, Some("function handler() { throw 1 }")),
            behaviour("/wrong", Target::WebSocket, None),
            behaviour("*", Target::Http, None),
        ],
    }
}

const VIEWER: &str = "function handler(event) {
    var request = event.request;
    request.querystring.room = { value: request.uri.split('/')[2] };
    request.uri = '/prod';
    return request;
}";

fn behaviour(path_pattern: &str, target: Target, viewer_request: Option<&str>) -> Behaviour {
    Behaviour {
        path_pattern: path_pattern.into(),
        target,
        origin_path: String::new(),
        viewer_request: viewer_request.map(ToOwned::to_owned),
    }
}
