//! The events of a WebSocket API: CONNECT, MESSAGE and DISCONNECT.

#[cfg(test)]
mod tests;

use axum::http::{
    HeaderMap, HeaderName,
    header::{CONNECTION, HOST, UPGRADE},
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{close_status::CloseStatus, connection::Connection};
use crate::{
    apigateway::{clock, id, names::ApiNames},
    exchange::request::{ApiRequest, X_FORWARDED_FOR},
};

/// The event of a handshake.
pub fn connect(names: &ApiNames, connection: &Connection, request: &ApiRequest) -> Value {
    let now = connection.connected_at;
    let mut event = json!({
        "requestContext": context(names, connection, "$connect", "CONNECT", now),
        "isBase64Encoded": false,
    });
    insert_pairs(&mut event, "headers", "multiValueHeaders", headers(names, request));
    let query = request.query_pairs();
    if !query.is_empty() {
        let (single, multiple) = ("queryStringParameters", "multiValueQueryStringParameters");
        insert_pairs(&mut event, single, multiple, query);
    }
    event
}

/// The event of a message from the client.
pub fn message(
    names: &ApiNames,
    connection: &Connection,
    route_key: &str,
    body: &str,
    now: Timestamp,
) -> Value {
    let mut context = context(names, connection, route_key, "MESSAGE", now);
    context["messageId"] = json!(id::random());
    json!({ "requestContext": context, "body": body, "isBase64Encoded": false })
}

/// The event of a connection that has ended.
pub fn disconnect(
    names: &ApiNames,
    connection: &Connection,
    status: &CloseStatus,
    now: Timestamp,
) -> Value {
    let mut context = context(names, connection, "$disconnect", "DISCONNECT", now);
    context["disconnectStatusCode"] = json!(status.code);
    context["disconnectReason"] = json!(status.reason.as_str());
    let mut event = json!({ "requestContext": context, "isBase64Encoded": false });
    let headers =
        [("Host", &*names.domain), ("x-api-key", ""), ("X-Forwarded-For", ""), ("x-restapi", "")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    insert_pairs(&mut event, "headers", "multiValueHeaders", headers);
    event
}

fn context(
    names: &ApiNames,
    connection: &Connection,
    route_key: &str,
    event_type: &str,
    now: Timestamp,
) -> Value {
    let request_id = id::random();
    let mut identity = json!({ "sourceIp": connection.source_ip });
    if let Some(user_agent) = &connection.user_agent {
        identity["userAgent"] = json!(user_agent);
    }
    json!({
        "routeKey": route_key,
        "eventType": event_type,
        "extendedRequestId": request_id,
        "requestTime": clock::request_time(now),
        "messageDirection": "IN",
        "stage": names.stage,
        "connectedAt": connection.connected_at.as_millisecond(),
        "requestTimeEpoch": now.as_millisecond(),
        "identity": identity,
        "requestId": request_id,
        "domainName": names.domain,
        "connectionId": connection.id,
        "apiId": names.id,
    })
}

/// The client's headers without those of the connection itself, and with the API's own.
fn headers(names: &ApiNames, request: &ApiRequest) -> Vec<(String, String)> {
    let [port, protocol] = ["x-forwarded-port", "x-forwarded-proto"].map(HeaderName::from_static);
    let own = [HOST, CONNECTION, UPGRADE, X_FORWARDED_FOR, port, protocol];
    let mut headers = vec![("Host".to_owned(), names.domain.clone())];
    headers.extend(sent(&request.headers, &own));
    headers.extend([
        ("X-Forwarded-For".to_owned(), request.forwarded_for()),
        ("X-Forwarded-Port".to_owned(), request.port().to_owned()),
        ("X-Forwarded-Proto".to_owned(), "http".to_owned()),
    ]);
    headers
}

fn sent(headers: &HeaderMap, except: &[HeaderName]) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| !except.contains(name))
        .map(|(name, value)| {
            (spelled(name), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}

/// API Gateway keeps a name as the client wrote it, which is lost here; clients write it like this.
fn spelled(name: &HeaderName) -> String {
    let words = name.as_str().split('-').map(|word| match word {
        "websocket" => "WebSocket".to_owned(),
        _ => word[..word.len().min(1)].to_uppercase() + &word[word.len().min(1)..],
    });
    words.collect::<Vec<_>>().join("-")
}

/// Puts pairs into two fields: one with the last value of each name, one with all values.
fn insert_pairs(
    event: &mut Value,
    single_field: &str,
    multiple_field: &str,
    pairs: impl IntoIterator<Item = (String, String)>,
) {
    let mut single = Map::new();
    let mut multiple: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        let values = multiple.entry(name.clone()).or_insert_with(|| json!([]));
        if let Some(values) = values.as_array_mut() {
            values.push(json!(value));
        }
        single.insert(name, json!(value));
    }
    event[single_field] = Value::Object(single);
    event[multiple_field] = Value::Object(multiple);
}
