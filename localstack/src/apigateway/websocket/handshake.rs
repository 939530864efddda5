//! The handshake: what is asked for, what `$connect` says, and the switch to WebSocket.

use std::sync::Arc;

use axum::{
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
            SEC_WEBSOCKET_VERSION, UPGRADE, USER_AGENT,
        },
    },
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use hyper::upgrade::{OnUpgrade, Upgraded};
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{
    WebSocketGateway,
    admission::{Admission, refusal},
    close_status::CloseStatus,
    connection::Connection,
    event,
    outbox::Outbox,
    session, wire,
};
use crate::{
    apigateway::clock,
    exchange::{
        request::ApiRequest,
        response::{empty, forbidden, message},
    },
};

/// API Gateway's limit of a WebSocket URL.
const URL_CHARACTERS: usize = 4096;
/// How many bytes a client's key is made of.
const KEY_BYTES: usize = 16;

/// A handshake that waits for its answer.
struct Handshake {
    accept_key: String,
    upgrade: OnUpgrade,
    reply: oneshot::Sender<Response>,
}

/// Answers a request on the API's host name: a socket for a WebSocket handshake, a refusal for
/// anything else. The socket lives in a task of its own, because the server drops this future as
/// soon as the client goes away, and `$disconnect` must still run.
pub async fn answer(api: &Arc<WebSocketGateway>, mut request: ApiRequest) -> Response {
    if let Some(refusal) = refuse(api, &request) {
        return refusal;
    }
    let Some(key) = key(&request.headers) else {
        let text = "Sec-WebSocket-Key must be there once, with 16 bytes in base64";
        return message(StatusCode::BAD_REQUEST, text);
    };
    let Some(upgrade) = request.upgrade.take() else {
        return message(StatusCode::BAD_REQUEST, "Not a WebSocket handshake");
    };
    let (reply, replied) = oneshot::channel();
    let accept_key = derive_accept_key(key);
    let handshake = Handshake { accept_key, upgrade, reply };
    api.tasks.spawn(connect(api.clone(), request, handshake));
    replied
        .await
        .unwrap_or_else(|_| message(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"))
}

/// The client's key, if it is one: 16 bytes in base64 (RFC 6455, 4.2.1), in one line (11.3.1).
fn key(headers: &HeaderMap) -> Option<&[u8]> {
    let mut lines = headers.get_all(SEC_WEBSOCKET_KEY).iter();
    let key = lines.next()?.as_bytes();
    let decoded = BASE64_STANDARD.decode(key).ok()?;
    (decoded.len() == KEY_BYTES && lines.next().is_none()).then_some(key)
}

/// Returns whether a header that is a list has this word. Several lines are one list (RFC 9110, 5.3).
fn lists(headers: &HeaderMap, name: HeaderName, word: &str) -> bool {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|part| part.trim().eq_ignore_ascii_case(word))
}

/// Returns whether the path is the stage's, with or without a slash at its end. AWS's own example for
/// `wscat` calls `wss://….amazonaws.com/test/`.
pub fn names_stage(path: &str, stage: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    path.strip_prefix('/') == Some(stage)
}

fn refuse(api: &WebSocketGateway, request: &ApiRequest) -> Option<Response> {
    // The stage is all the path that a WebSocket API has; API Gateway says 403 to any other.
    if !names_stage(&request.path, &api.names.stage) || request.method != Method::GET {
        return Some(forbidden());
    }
    if request.url_length() > URL_CHARACTERS {
        return Some(message(StatusCode::URI_TOO_LONG, "URI Too Long"));
    }
    let headers = &request.headers;
    if lists(headers, CONNECTION, "upgrade")
        && lists(headers, UPGRADE, "websocket")
        && lists(headers, SEC_WEBSOCKET_VERSION, "13")
    {
        return None;
    }
    let mut response = message(StatusCode::UPGRADE_REQUIRED, "Upgrade Required");
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    Some(response)
}

/// The whole life of a connection, which starts before its socket.
async fn connect(api: Arc<WebSocketGateway>, request: ApiRequest, handshake: Handshake) {
    let connection = register(&api, &request);
    // Boxed, so that the task of an open socket keeps no room for its handshake.
    let admission = Box::pin(ask(&api, &connection, request)).await;
    match admission {
        Admission::Accepted(subprotocol) => {
            connection.outbox.open();
            let upgraded = handshake.complete(subprotocol).await;
            session::run(&api, &connection, upgraded).await;
        }
        Admission::Refused(status, body) => {
            api.registry.remove(&connection);
            handshake.fail(refusal(status, &body));
        }
        Admission::Closed(status) => {
            api.registry.remove(&connection);
            if let Some(upgraded) = handshake.complete(None).await {
                Box::pin(open_and_close(&api, upgraded, &status)).await;
            }
        }
    }
}

fn register(api: &WebSocketGateway, request: &ApiRequest) -> Arc<Connection> {
    let connection = Arc::new(Connection::new(
        request.source_ip.clone(),
        request.header(&USER_AGENT).map(ToOwned::to_owned),
        clock::now(),
        Outbox::new(api.limits.outbound_bytes),
    ));
    // Added first and looked second, as a shutdown closes the tasks first and lists second: whichever
    // of both is later sees the other, so no connection outlives the edge unnoticed.
    api.registry.add(&connection);
    if api.tasks.is_closed() {
        connection.close(CloseStatus::GOING_AWAY);
    }
    connection
}

async fn ask(api: &WebSocketGateway, connection: &Connection, request: ApiRequest) -> Admission {
    let Some(route) = api.routes.get("$connect") else {
        return Admission::Accepted(None);
    };
    let event = event::connect(&api.names, connection, &request);
    api.functions.journal.event(route.function, &event);
    match api.functions.invoke(route.function, &event).await {
        Ok(answer) => Admission::from_answer(&answer, api.strict),
        Err(error) => {
            let (id, function) = (&connection.id, route.function);
            tracing::error!(connection.id = id, function, %error, "$connect gave no answer");
            Admission::failed(api.strict)
        }
    }
}

async fn open_and_close(api: &WebSocketGateway, upgraded: Upgraded, status: &CloseStatus) {
    let mut socket = wire::open(upgraded, &api.limits).await;
    wire::finish_closing(&mut socket, Some(status), api.limits.close_timeout).await;
    wire::disconnect(socket, api.limits.close_timeout).await;
}

impl Handshake {
    /// Switches protocols. There is no connection when the client has gone meanwhile.
    async fn complete(self, subprotocol: Option<HeaderValue>) -> Option<Upgraded> {
        let mut response = empty(StatusCode::SWITCHING_PROTOCOLS);
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, HeaderValue::from_str(&self.accept_key).ok()?);
        if let Some(subprotocol) = subprotocol {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, subprotocol);
        }
        self.reply.send(response).ok()?;
        self.upgrade.await.ok()
    }

    fn fail(self, response: Response) {
        // A client that has gone needs no answer.
        let _ = self.reply.send(response);
    }
}
