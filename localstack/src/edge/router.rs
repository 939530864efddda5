//! From a request to the service that answers it.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::StatusCode,
    response::Response,
};

use super::{Services, destination::Destination};
use crate::{
    apigateway::management,
    cloudfront::Routed,
    exchange::{request::ApiRequest, response},
    template::Target,
};

/// Answers one request, whatever it is.
pub async fn handle(
    State(services): State<Arc<Services>>,
    ConnectInfo(viewer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let Services { template, http, websocket, iam, .. } = &*services;
    let Services { event_sources, faults, health, files, .. } = &*services;
    let request = ApiRequest::new(request, viewer);
    match Destination::of(&request.path, &template.http_api, &template.websocket_api) {
        Destination::Health => health.answer(),
        Destination::Connections => management::list(websocket),
        Destination::Faults => response::json(StatusCode::OK, &faults.counts()),
        Destination::EventSources => response::json(StatusCode::OK, &event_sources.to_json()),
        Destination::Management(id) => {
            let call = management::Call { iam, api: &template.websocket_api, id: &id };
            management::answer(websocket, call, request).await
        }
        Destination::Http(path) => http.answer(request.at(path)).await,
        Destination::WebSocket(path) => websocket.answer(request.at(path)).await,
        Destination::Nowhere => response::forbidden(),
        Destination::Distribution => match files.find(&request) {
            Some(found) => found.answer().await,
            None => distribute(&services, request).await,
        },
    }
}

async fn distribute(services: &Services, request: ApiRequest) -> Response {
    let Services { distribution, errors, http, websocket, .. } = services;
    match distribution.route(request) {
        Routed::Origin(Target::Http, request) => {
            errors.answer(request, async |request| http.answer(request).await).await
        }
        Routed::Origin(Target::WebSocket, request) => websocket.answer(request).await,
        Routed::Answered(response) => response,
    }
}
