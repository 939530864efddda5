//! From a request to the service that answers it.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    middleware,
    response::Response,
};

use super::{Edge, Services, destination::Destination, guard, host};
use crate::{
    apigateway::management,
    cloudfront::Routed,
    exchange::{request::ApiRequest, response},
    template::Target,
};

/// All that the edge's port serves.
pub fn of(edge: &Edge) -> Router {
    let iam = Arc::clone(&edge.services.iam);
    let guard = middleware::from_fn_with_state(iam, guard::developer_only);
    Router::new()
        .nest_service("/_edge", edge.inspector.clone().layer(guard))
        .fallback(handle)
        .layer(middleware::from_fn(host::check))
        .with_state(Arc::clone(&edge.services))
}

/// Answers one request of the chat's clients or functions.
async fn handle(
    State(services): State<Arc<Services>>,
    ConnectInfo(viewer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let Services { template, http, websocket, iam, files, tokens, .. } = &*services;
    let request = ApiRequest::new(request, viewer);
    match Destination::of(&request.path, &template.http_api, &template.websocket_api) {
        Destination::Health => services.health.answer(&services.functions.unable_to_start()),
        Destination::Token => {
            let refused = guard::refused_reader(&request.headers, viewer.ip());
            refused.unwrap_or_else(|| tokens.answer(&request))
        }
        Destination::Management(id) => {
            let call = management::Call { iam, api: &template.websocket_api, id: &id };
            match guard::refused_call(&request.headers, viewer.ip()) {
                Some(refused) => refused,
                None => management::answer(websocket, call, request).await,
            }
        }
        Destination::Http(path) => http.answer(request.at(path)).await,
        Destination::WebSocket(path) => websocket.answer(request.at(path)).await,
        Destination::Nowhere => response::forbidden(),
        Destination::Distribution => match files.answer(&request.method, &request.path).await {
            Some(file) => file,
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
