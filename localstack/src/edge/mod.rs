//! What faces the clients: one host name for CloudFront, the HTTP API and the WebSocket API.

mod destination;
mod error;
mod files;
mod guard;
mod health;
mod host;
mod router;
mod serving;
mod tokens;

use std::{sync::Arc, time::Duration};

use axum::Router;

use self::health::Health;
pub use self::{error::EdgeError, files::Files, serving::Serving, tokens::Tokens};
use crate::{
    apigateway::{Limits, http::HttpGateway, websocket::WebSocketGateway},
    cloudfront::{Distribution, ErrorCache},
    dynamodb::Items,
    iam::Iam,
    inspector::Inspector,
    lambda::{Functions, Reports},
    sabotage::Faults,
    template::Template,
};

/// How long a shutdown waits for `$disconnect` functions, which have the template's `Timeout` on AWS
/// and take milliseconds when nothing is wrong.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// What the edge needs to start.
#[derive(Debug)]
pub struct EdgeOptions {
    pub template: Arc<Template>,
    pub functions: Functions,
    /// Who may call `@connections`.
    pub iam: Arc<Iam>,
    pub event_sources: Reports,
    /// Refuse what API Gateway refuses, without the kindnesses to a developer.
    pub strict: bool,
    pub limits: Limits,
    /// What goes wrong on purpose.
    pub faults: Faults,
    /// What is served where the template has no route.
    pub files: Files,
    pub tokens: Tokens,
    /// What the inspector shows of the tables.
    pub items: Items,
}

/// The edge. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Edge {
    services: Arc<Services>,
    /// What is served below `/_edge`.
    inspector: Router,
}

/// Everything a request can reach.
#[derive(Debug)]
struct Services {
    template: Arc<Template>,
    distribution: Distribution,
    errors: ErrorCache,
    http: HttpGateway,
    websocket: Arc<WebSocketGateway>,
    iam: Arc<Iam>,
    files: Files,
    tokens: Tokens,
    health: Health,
    functions: Functions,
    /// How long a request's head may take.
    slow_client: Duration,
}

impl Edge {
    /// Compiles the template's routes and viewer functions.
    pub fn new(options: EdgeOptions) -> Result<Self, EdgeError> {
        let EdgeOptions { template, functions, iam, event_sources, strict, limits, .. } = options;
        let EdgeOptions { faults, files, tokens, items, .. } = options;
        let slow_client = limits.slow_client;
        let http = HttpGateway::new(&template.http_api, functions.clone(), strict, slow_client)?;
        let websocket = &template.websocket_api;
        let websocket =
            WebSocketGateway::new(websocket, functions.clone(), strict, limits, faults.clone())?;
        let distribution = Distribution::new(&template.behaviours, strict)?;
        let files =
            files.where_nothing_answers(|path| distribution.is_own(path) || http.has_route(path));
        let sockets = Arc::clone(&websocket);
        let inspector =
            Inspector { sockets, functions: functions.clone(), event_sources, items, faults };
        let services = Services {
            distribution,
            errors: ErrorCache::new(&template.error_seconds),
            template,
            http,
            websocket,
            iam,
            files,
            tokens,
            health: Health::default(),
            functions,
            slow_client,
        };
        Ok(Self { services: Arc::new(services), inspector: inspector.router() })
    }

    /// From now on `/healthz` says that all is there, unless a function cannot start. Until then
    /// requests are served, among them those that load the demo data.
    pub fn set_ready(&self) {
        self.services.health.set_ready();
    }

    /// Closes every socket with 1001 and waits a while for their `$disconnect` functions.
    pub async fn shutdown(&self) {
        self.services.websocket.shutdown(SHUTDOWN_TIMEOUT).await;
    }
}
