//! The `@connections` API: post to a connection, look at it, close it.

use std::{sync::Arc, time::Duration};

use axum::{
    http::{Method, StatusCode, header::AUTHORIZATION},
    response::Response,
};
use serde_json::{Value, json};
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
    sabotage::Fault,
};

/// Why a call finds no connection.
enum Missing {
    Malformed,
    Gone,
}

/// Answers one call about the connection with this id.
pub async fn answer(api: &WebSocketGateway, id: &str, request: ApiRequest) -> Response {
    if !is_signed(&request) {
        let error_type = "MissingAuthenticationTokenException";
        return exception(StatusCode::FORBIDDEN, error_type, "Missing Authentication Token");
    }
    match (request.method.clone(), find(api, id)) {
        (Method::POST, Ok(connection)) => match injected_fault(api, &connection).await {
            Some(answer) => answer,
            None => post(api, &connection, request).await,
        },
        (Method::GET, Ok(connection)) => describe(&connection),
        (Method::DELETE, Ok(connection)) => delete(api, &connection).await,
        (_, Ok(_)) => forbidden(),
        (_, Err(Missing::Malformed)) => bad_request(&format!("Invalid connectionId: {id}")),
        (_, Err(Missing::Gone)) => gone(),
    }
}

/// Every connection, for a developer's eyes.
pub fn list(api: &WebSocketGateway) -> Response {
    let all = api.registry.all();
    let rows: Vec<_> = all
        .iter()
        .map(|connection| {
            json!({
                "connectionId": connection.id,
                "userAgent": connection.user_agent,
                "connectedSince": clock::iso8601(connection.connected_at),
                "sourceIp": connection.source_ip,
                "open": connection.outbox.is_open(),
            })
        })
        .collect();
    json(StatusCode::OK, &Value::Array(rows))
}

/// Whether there is a `SigV4` signature. It is not verified: there are no secrets to verify it with.
fn is_signed(request: &ApiRequest) -> bool {
    request.header(&AUTHORIZATION).is_some_and(|value| value.starts_with("AWS4-HMAC-SHA256"))
}

fn find(api: &WebSocketGateway, id: &str) -> Result<Arc<Connection>, Missing> {
    if !id::is_well_formed(id) {
        return Err(Missing::Malformed);
    }
    api.registry.open(id).ok_or(Missing::Gone)
}

async fn post(api: &WebSocketGateway, connection: &Connection, request: ApiRequest) -> Response {
    let body = match body::read(request.body, api.limits.message_bytes).await {
        Ok(body) => body,
        Err(BodyError::TooLarge(limit)) => {
            let text = format!("A message may not be larger than {limit} bytes");
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return exception(status, "PayloadTooLargeException", &text);
        }
        Err(BodyError::Unreadable(_)) => return bad_request("Unreadable body"),
    };
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
    if api.faults.strike(Fault::KillAtPost) {
        api.functions.crash();
        // Whoever posts does not live to see an answer.
        tokio::time::sleep(Duration::from_secs(1)).await;
        return Some(internal());
    }
    if api.faults.strike(Fault::KillSocket) {
        connection.close(CloseStatus::LOST);
        return Some(empty(StatusCode::OK));
    }
    let answers: [(Fault, fn() -> Response); 3] =
        [(Fault::Post410, gone), (Fault::Post429, full), (Fault::Post500, internal)];
    answers.into_iter().find_map(|(fault, answer)| api.faults.strike(fault).then(answer))
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

fn bad_request(text: &str) -> Response {
    exception(StatusCode::BAD_REQUEST, "BadRequestException", text)
}
