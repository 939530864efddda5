//! The event a function gets for an HTTP request: payload format 2.0.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, header::CONTENT_TYPE, header::COOKIE, header::HOST},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    apigateway::{clock, names::ApiNames},
    exchange::request::{ApiRequest, decode},
    template::ACCOUNT,
};

/// What routing found out about a request.
#[derive(Debug)]
pub struct Call<'a> {
    /// Route key as the template has it.
    pub route_key: &'a str,
    /// Decoded, in the order of the path.
    pub parameters: Vec<(&'a str, String)>,
    /// Also the answer's `apigw-requestid`.
    pub request_id: &'a str,
    /// When the request came.
    pub time: Timestamp,
}

/// Builds the event. The body of the request is the one given here.
pub fn build(names: &ApiNames, call: &Call<'_>, request: &ApiRequest, body: &Bytes) -> Value {
    let mut event = json!({
        "version": "2.0",
        "routeKey": call.route_key,
        // Not raw at all: an HTTP API decodes it, other than a function URL.
        "rawPath": decode(&request.path),
        "rawQueryString": request.query,
        "headers": headers(names, request),
        "requestContext": context(names, call, request),
        "isBase64Encoded": false,
    });
    let cookies = cookies(&request.headers);
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    let query = joined(request.query_pairs());
    if !query.is_empty() {
        event["queryStringParameters"] = Value::Object(query);
    }
    if !call.parameters.is_empty() {
        event["pathParameters"] =
            call.parameters.iter().map(|(name, value)| (*name, value.clone())).collect();
    }
    if !body.is_empty() {
        let text = is_text(&request.headers).then(|| str::from_utf8(body).ok()).flatten();
        event["isBase64Encoded"] = json!(text.is_none());
        event["body"] = json!(text.map_or_else(|| STANDARD.encode(body), ToOwned::to_owned));
    }
    event
}

fn context(names: &ApiNames, call: &Call<'_>, request: &ApiRequest) -> Value {
    let user_agent = request.header(&axum::http::header::USER_AGENT).unwrap_or_default();
    json!({
        "accountId": ACCOUNT,
        "apiId": names.id,
        "domainName": names.domain,
        "domainPrefix": names.id,
        "http": {
            "method": request.method.as_str(),
            "path": decode(&request.path),
            "protocol": format!("{:?}", request.version),
            "sourceIp": request.source_ip,
            "userAgent": user_agent,
        },
        "requestId": call.request_id,
        "routeKey": call.route_key,
        "stage": names.stage,
        "time": clock::request_time(call.time),
        "timeEpoch": call.time.as_millisecond(),
    })
}

/// Lower-case names, repeated headers joined; cookies are a field of their own, and the host is the API's,
/// because CloudFront does not pass the viewer's on.
fn headers(names: &ApiNames, request: &ApiRequest) -> Map<String, Value> {
    let own = [HOST, COOKIE];
    let sent = request
        .headers
        .iter()
        .filter(|(name, _)| !own.contains(name))
        .map(|(name, value)| (name.to_string(), text(value)));
    let mut headers = joined(sent);
    headers.insert("host".into(), json!(names.domain));
    headers.insert("x-forwarded-for".into(), json!(request.forwarded_for()));
    headers.insert("x-forwarded-port".into(), json!(request.port()));
    headers.insert("x-forwarded-proto".into(), json!("http"));
    headers
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(COOKIE).iter().map(text);
    values.flat_map(|value| value.split("; ").map(ToOwned::to_owned).collect::<Vec<_>>()).collect()
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

fn joined(pairs: impl IntoIterator<Item = (String, String)>) -> Map<String, Value> {
    let mut map = Map::new();
    for (name, value) in pairs {
        let value = match map.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before},{value}"),
            None => value,
        };
        map.insert(name, Value::String(value));
    }
    map
}

/// The content types whose bodies come as text; all others, and those without a type, come as
/// base64.
fn is_text(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(text).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_lowercase();
    media_type.starts_with("text/")
        || matches!(&*media_type, "application/json" | "application/javascript" | "application/xml")
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request};

    use super::*;

    fn event(request: axum::http::request::Builder, body: &'static [u8]) -> Value {
        let request =
            ApiRequest::new(request.body(Body::empty()).unwrap(), ([127, 0, 0, 1], 50000).into());
        let call = Call {
            route_key: "POST /rooms/{roomId}",
            parameters: vec![("roomId", "a b".into())],
            request_id: "JKJaXmPLvHcESHA=",
            time: Timestamp::from_millisecond(1_583_348_638_390).unwrap(),
        };
        build(&ApiNames::new("abcde12345", "$default"), &call, &request, &body.into())
    }

    #[test]
    fn the_event_has_every_field_of_payload_format_2() {
        let request = Request::post("/rooms/a%20b?x=1&x=2&y=%C3%BC")
            .header("Host", "localhost:3000")
            .header("User-Agent", "agent")
            .header("accessToken", "one")
            .header("accessToken", "two")
            .header("Cookie", "a=1; b=2")
            .header("Content-Type", "text/plain;charset=UTF-8");
        let domain = "abcde12345.execute-api.us-east-1.amazonaws.com";
        let expected = json!({
            "version": "2.0",
            "routeKey": "POST /rooms/{roomId}",
            "rawPath": "/rooms/a b",
            "rawQueryString": "x=1&x=2&y=%C3%BC",
            "cookies": ["a=1", "b=2"],
            "headers": {
                "accesstoken": "one,two",
                "content-type": "text/plain;charset=UTF-8",
                "host": domain,
                "user-agent": "agent",
                "x-forwarded-for": "127.0.0.1",
                "x-forwarded-port": "3000",
                "x-forwarded-proto": "http",
            },
            "queryStringParameters": { "x": "1,2", "y": "ü" },
            "pathParameters": { "roomId": "a b" },
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "abcde12345",
                "domainName": domain,
                "domainPrefix": "abcde12345",
                "http": {
                    "method": "POST",
                    "path": "/rooms/a b",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": "agent",
                },
                "requestId": "JKJaXmPLvHcESHA=",
                "routeKey": "POST /rooms/{roomId}",
                "stage": "$default",
                "time": "04/Mar/2020:19:03:58 +0000",
                "timeEpoch": 1_583_348_638_390_u64,
            },
            "body": "{\"message\":\"안녕\"}",
            "isBase64Encoded": false,
        });
        assert_eq!(event(request, "{\"message\":\"안녕\"}".as_bytes()), expected);
    }

    #[test]
    fn absent_things_have_no_field() {
        let event = event(Request::get("/rooms/1"), b"");
        for field in ["body", "cookies", "queryStringParameters"] {
            assert!(event.get(field).is_none(), "{field}");
        }
        assert_eq!(event["rawQueryString"], "");
    }

    #[test]
    fn a_body_is_text_only_when_type_and_bytes_say_so() {
        for (content_type, body, expected) in [
            (Some("application/json"), &b"{}"[..], json!("{}")),
            (Some("TEXT/plain"), b"{}", json!("{}")),
            (None, b"{}", json!("e30=")),
            (Some("application/x-www-form-urlencoded"), b"{}", json!("e30=")),
            (Some("text/plain"), b"\xff", json!("/w==")),
        ] {
            let mut request = Request::post("/rooms/1");
            if let Some(content_type) = content_type {
                request = request.header("Content-Type", content_type);
            }
            let event = event(request, body);
            assert_eq!(event["body"], expected, "{content_type:?}");
            assert_eq!(event["isBase64Encoded"], expected != "{}", "{content_type:?}");
        }
    }
}
