//! The `@connections` API: post to a connection, look at it, close it.

use std::{mem, sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    http::{HeaderValue, Method, StatusCode},
    response::Response,
};
use serde_json::json;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{
    clock, id,
    websocket::{
        WebSocketGateway, close_status::CloseStatus, connection::Connection, outbox::PostError,
    },
};
use crate::{
    exchange::{
        body::{self, BodyError},
        request::ApiRequest,
        response::{empty, exception, forbidden, json},
    },
    iam::{Access, Caller, DEVELOPER, Iam, Refusal, SignedRequest, now},
    journal::Posted,
    sabotage::Fault,
    template::{ACCOUNT, REGION, WebSocketApi},
};

/// One call, and what decides about it.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    pub iam: &'a Iam,
    pub api: &'a WebSocketApi,
    /// Id of the connection, decoded.
    pub id: &'a str,
}

/// Why a call finds no connection.
enum Missing {
    Malformed,
    Gone,
}

/// Answers one call about a connection.
pub async fn answer(
    gateway: &WebSocketGateway,
    call: Call<'_>,
    mut request: ApiRequest,
) -> Response {
    let (body, limits) = (mem::take(&mut request.body), &gateway.limits);
    let body = match body::read(body, limits.message_bytes, limits.slow_client).await {
        Ok(body) => body,
        Err(slow @ BodyError::TooSlow(_)) => {
            let text = slow.to_string();
            return exception(StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", &text);
        }
        Err(BodyError::TooLarge(limit)) => return too_large(limit),
        Err(BodyError::Unreadable(_)) => return bad_request("Unreadable body"),
    };
    let caller = match call.check(&request, &body) {
        Ok(caller) => caller.name().unwrap_or(DEVELOPER),
        Err(refusal) => return refused(&refusal),
    };
    let connection = find(gateway, call.id);
    if request.method == Method::POST {
        let frame = body.clone();
        let response = post(gateway, call.id, connection, body).await;
        let (connection, answer) = (call.id, response.status());
        let posted = Posted { caller, connection, frame: &frame, answer };
        gateway.functions.journal.post(posted);
        return response;
    }
    match (request.method, connection) {
        (Method::GET, Ok(connection)) => describe(&connection),
        (Method::DELETE, Ok(connection)) => delete(gateway, &connection).await,
        (_, Ok(_)) => forbidden(),
        (_, Err(missing)) => missing.answer(call.id),
    }
}

impl Call<'_> {
    /// Whether it is signed, by somebody who may make it.
    fn check(&self, request: &ApiRequest, body: &Bytes) -> Result<&Caller, Refusal> {
        let ApiRequest { method, path, query, headers, .. } = request;
        let signed = SignedRequest { method, path, query, headers, body };
        let caller = self.iam.authenticate("execute-api", signed, now())?;
        let WebSocketApi { id: api, stage, .. } = self.api;
        let resource = format!(
            "arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/{stage}/{method}/@connections/{}",
            self.id
        );
        let action = "execute-api:ManageConnections";
        caller.authorize(&Access { action, resource, leading_keys: Vec::new() })?;
        Ok(caller)
    }
}

impl Missing {
    fn answer(&self, id: &str) -> Response {
        match self {
            Self::Malformed => bad_request(&format!("Invalid connectionId: {id}")),
            Self::Gone => gone(),
        }
    }
}

/// As API Gateway refuses: always 403.
fn refused(refusal: &Refusal) -> Response {
    let body = json!({ refusal.text_field(): refusal.to_string() });
    let mut response = json(StatusCode::FORBIDDEN, &body);
    let error_type = HeaderValue::from_static(refusal.error_type());
    response.headers_mut().insert("x-amzn-errortype", error_type);
    response
}

fn find(api: &WebSocketGateway, id: &str) -> Result<Arc<Connection>, Missing> {
    if !id::is_well_formed(id) {
        return Err(Missing::Malformed);
    }
    api.registry.open(id).ok_or(Missing::Gone)
}

async fn post(
    gateway: &WebSocketGateway,
    id: &str,
    connection: Result<Arc<Connection>, Missing>,
    body: Bytes,
) -> Response {
    let connection = match connection {
        Ok(connection) => connection,
        Err(missing) => return missing.answer(id),
    };
    if let Some(answer) = injected_fault(gateway, &connection).await {
        return answer;
    }
    // A client gets everything as text frames, and those are UTF-8.
    let Ok(frame) = Utf8Bytes::try_from(body) else {
        return bad_request("The message is not UTF-8");
    };
    match connection.outbox.post(frame) {
        Ok(()) => empty(StatusCode::OK),
        Err(PostError::Gone) => gone(),
        Err(PostError::Full) => full(),
    }
}

/// The answer to a post that a test lets fail.
async fn injected_fault(api: &WebSocketGateway, connection: &Connection) -> Option<Response> {
    if api.faults.strike(Fault::KillAtPost, &connection.id) {
        api.functions.crash();
        // Whoever posts does not live to see an answer.
        tokio::time::sleep(Duration::from_secs(1)).await;
        return Some(internal());
    }
    if api.faults.strike(Fault::KillSocket, &connection.id) {
        connection.close(CloseStatus::LOST);
        return Some(empty(StatusCode::OK));
    }
    let answers: [(Fault, fn() -> Response); 3] =
        [(Fault::Post410, gone), (Fault::Post429, full), (Fault::Post500, internal)];
    let strikes = |fault| api.faults.strike(fault, &connection.id);
    answers.into_iter().find_map(|(fault, answer)| strikes(fault).then(answer))
}

/// Answers when the client has got what was accepted before, and its close frame, so that nothing
/// arrives after the answer. A client that does not read is waited for only as long as its session
/// takes to close.
async fn delete(api: &WebSocketGateway, connection: &Connection) -> Response {
    connection.close(CloseStatus::DELETED);
    // The session keeps to this time too, unless its handshake is not even finished.
    let _ = timeout(2 * api.limits.close_timeout, connection.closed()).await;
    empty(StatusCode::NO_CONTENT)
}

fn describe(connection: &Connection) -> Response {
    json(
        StatusCode::OK,
        &json!({
            "connectedAt": clock::iso8601(connection.connected_at),
            "identity": {
                "sourceIp": connection.source_ip,
                "userAgent": connection.user_agent,
            },
            "lastActiveAt": clock::iso8601(connection.last_active_at()),
        }),
    )
}

fn gone() -> Response {
    exception(StatusCode::GONE, "GoneException", "Gone")
}

fn full() -> Response {
    let text = "The client does not read what is waiting for it";
    exception(StatusCode::TOO_MANY_REQUESTS, "LimitExceededException", text)
}

fn internal() -> Response {
    let text = "Internal server error";
    exception(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", text)
}

fn too_large(limit: usize) -> Response {
    let text = format!("A message may not be larger than {limit} bytes");
    exception(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLargeException", &text)
}

fn bad_request(text: &str) -> Response {
    exception(StatusCode::BAD_REQUEST, "BadRequestException", text)
}
