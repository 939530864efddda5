//! From a request to the part of the edge that answers it.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::StatusCode,
    response::Response,
};
use serde_json::json;

use super::{Apis, answer, destination::Destination, distribution::Routed, request::ApiRequest};
use crate::{socket::management, template::Target};

/// Answers one request, whatever it is.
pub async fn handle(
    State(apis): State<Arc<Apis>>,
    ConnectInfo(viewer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let request = ApiRequest::new(request, viewer);
    let template = &apis.template;
    match Destination::of(&request.path, &template.http_api, &template.websocket_api) {
        Destination::Health => answer::json(StatusCode::OK, &json!({ "status": "ok" })),
        Destination::Connections => management::list(&apis.socket),
        Destination::Faults => answer::json(StatusCode::OK, &apis.socket.faults()),
        Destination::Management(id) => management::answer(&apis.socket, &id, request).await,
        Destination::Http(path) => apis.http.answer(request.at(path)).await,
        Destination::WebSocket(path) => apis.socket.accept(request.at(path)).await,
        Destination::Nowhere => answer::forbidden(),
        Destination::Distribution => match apis.distribution.route(request) {
            Routed::Origin(Target::Http, request) => apis.http.answer(request).await,
            Routed::Origin(Target::WebSocket, request) => apis.socket.accept(request).await,
            Routed::Answered(response) => response,
        },
    }
}
