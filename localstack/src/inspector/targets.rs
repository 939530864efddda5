//! Connections and functions, and what can go wrong with each of them.

use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};
use serde_json::{Value, json};

use super::{Inspected, Inspector, query};
use crate::{
    exchange::response::{self, empty, message},
    sabotage::{ALWAYS, Fault, OF_CONNECTIONS, OF_FUNCTIONS},
};

/// `POST /_edge/connections/{id}/drop`
pub async fn drop_connection(State(inspector): Inspected, Path(id): Path<String>) -> Response {
    if inspector.sockets.cut_off(&id) { empty(StatusCode::NO_CONTENT) } else { not_open(&id) }
}

/// `POST /_edge/connections/{id}/{fault}?times=`
pub async fn aim_at_connection(
    State(inspector): Inspected,
    Path((id, fault)): Path<(String, String)>,
    uri: Uri,
) -> Response {
    if inspector.sockets.has_open(&id) {
        inspector.aim(&OF_CONNECTIONS, &fault, &id, &uri)
    } else {
        not_open(&id)
    }
}

/// `POST /_edge/functions/{name}/{fault}?times=`
pub async fn aim_at_function(
    State(inspector): Inspected,
    Path((name, fault)): Path<(String, String)>,
    uri: Uri,
) -> Response {
    if inspector.functions.names().any(|known| known == name) {
        return inspector.aim(&OF_FUNCTIONS, &fault, &name, &uri);
    }
    let text = format!("There is no function {name}, GET /_edge/functions lists them");
    message(StatusCode::NOT_FOUND, &text)
}

/// `GET /_edge/functions`
pub async fn functions(State(inspector): Inspected) -> Response {
    let faults = |name| inspector.faults.aimed_at(name);
    let names = inspector.functions.names();
    let rows: Value =
        names.map(|name| json!({ "function": name, "faults": faults(name) })).collect();
    response::json(StatusCode::OK, &rows)
}

fn not_open(id: &str) -> Response {
    let text = format!("There is no open connection {id}, GET /_edge/connections lists them");
    message(StatusCode::NOT_FOUND, &text)
}

impl Inspector {
    /// Answers with all that is aimed at the target now.
    fn aim(&self, possible: &[Fault], fault: &str, target: &str, uri: &Uri) -> Response {
        let Some(fault) = possible.iter().find(|known| known.name() == fault) else {
            let names: Vec<_> = possible.iter().map(|fault| fault.name()).collect();
            let text = format!("There is no fault {fault} here, only {}", names.join(", "));
            return message(StatusCode::NOT_FOUND, &text);
        };
        let times = match query::text(uri, "times").as_deref() {
            Some("always") => ALWAYS,
            _ => match query::number(uri, "times", 1) {
                Ok(times) => times,
                Err(refusal) => return *refusal,
            },
        };
        self.faults.aim(*fault, target, times);
        response::json(StatusCode::OK, &self.faults.aimed_at(target))
    }
}
