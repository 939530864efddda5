//! From a function's answer to an HTTP response: payload format 2.0.

use axum::{
    body::Body,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{
            CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, TRANSFER_ENCODING, UPGRADE,
        },
    },
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

/// What makes an answer unusable; API Gateway says 500 then.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(&'static str);

/// Reads `statusCode`, `headers`, `cookies`, `body` and `isBase64Encoded`; an answer without
/// `statusCode` is itself the body of a 200.
pub fn from_answer(answer: &Value) -> Result<Response, Malformed> {
    match answer {
        Value::Object(fields) if fields.contains_key("statusCode") => explicit(fields),
        Value::String(text) => Ok(inferred(text.clone())),
        other => Ok(inferred(other.to_string())),
    }
}

fn inferred(body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn explicit(fields: &Map<String, Value>) -> Result<Response, Malformed> {
    let mut response = Response::new(Body::from(body(fields)?));
    *response.status_mut() = status(&fields["statusCode"])?;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=UTF-8"));
    for (name, value) in object(fields.get("headers"))? {
        let name = HeaderName::try_from(name).map_err(|_| Malformed("a header's name"))?;
        // Last one wins when names differ in case only: they are one header.
        if !is_the_gateways(&name) {
            headers.insert(name, header_value(value)?);
        }
    }
    for cookie in array(fields.get("cookies"))? {
        headers.append(SET_COOKIE, header_value(cookie)?);
    }
    Ok(response)
}

fn status(value: &Value) -> Result<StatusCode, Malformed> {
    value
        .as_u64()
        .and_then(|code| u16::try_from(code).ok())
        .and_then(|code| StatusCode::from_u16(code).ok())
        // An interim status would leave the client waiting for the final one.
        .filter(|status| !status.is_informational())
        .ok_or(Malformed("its statusCode is no final HTTP status"))
}

fn body(fields: &Map<String, Value>) -> Result<Vec<u8>, Malformed> {
    let encoded = match fields.get("isBase64Encoded") {
        None | Some(Value::Null) => false,
        Some(flag) => flag.as_bool().ok_or(Malformed("its isBase64Encoded is no boolean"))?,
    };
    match fields.get("body") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(text)) if encoded => {
            STANDARD.decode(text).map_err(|_| Malformed("its body is no base64"))
        }
        Some(Value::String(text)) => Ok(text.clone().into_bytes()),
        Some(_) => Err(Malformed("its body is no string")),
    }
}

/// Headers about the connection are not the function's to set.
fn is_the_gateways(name: &HeaderName) -> bool {
    [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE].contains(name)
}

fn header_value(value: &Value) -> Result<HeaderValue, Malformed> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return Err(Malformed("a header's value is no string")),
    };
    HeaderValue::try_from(text).map_err(|_| Malformed("a header's value has control characters"))
}

fn object(field: Option<&Value>) -> Result<impl Iterator<Item = (&String, &Value)>, Malformed> {
    match field {
        None | Some(Value::Null) => Ok(None.into_iter().flatten()),
        Some(Value::Object(map)) => Ok(Some(map).into_iter().flatten()),
        Some(_) => Err(Malformed("its headers are no object")),
    }
}

fn array(field: Option<&Value>) -> Result<&[Value], Malformed> {
    match field {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(values)) => Ok(values),
        Some(_) => Err(Malformed("its cookies are no array")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn an_explicit_answer_is_taken_field_by_field() {
        let response = from_answer(&json!({
            "statusCode": 201,
            "headers": { "X-Count": 3, "content-type": "image/png", "Content-Length": "99" },
            "cookies": ["a=1", "b=2"],
            "body": "aGVsbG8=",
            "isBase64Encoded": true,
        }))
        .unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["x-count"], "3");
        assert_eq!(response.headers()["content-type"], "image/png");
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
        assert!(!response.headers().contains_key("content-length"));
        assert_eq!(text(response).await, "hello");
    }

    #[tokio::test]
    async fn an_answer_without_a_status_is_the_body() {
        for (answer, body) in [
            (json!("Hello from Lambda!"), "Hello from Lambda!"),
            (json!({ "message": "hi" }), r#"{"message":"hi"}"#),
            (json!([1, 2]), "[1,2]"),
        ] {
            let response = from_answer(&answer).unwrap();
            assert_eq!(response.status(), 200);
            assert_eq!(response.headers()["content-type"], "application/json");
            assert_eq!(text(response).await, body);
        }
    }

    #[test]
    fn a_malformed_answer_is_refused() {
        for answer in [
            json!({ "statusCode": "yes" }),
            json!({ "statusCode": 99 }),
            json!({ "statusCode": 101 }),
            json!({ "statusCode": 200, "body": { "a": 1 } }),
            json!({ "statusCode": 200, "body": "?", "isBase64Encoded": true }),
            json!({ "statusCode": 200, "headers": ["a"] }),
            json!({ "statusCode": 200, "headers": { "a b": "c" } }),
            json!({ "statusCode": 200, "headers": { "a": "b\n" } }),
            json!({ "statusCode": 200, "cookies": "a=1" }),
        ] {
            assert!(from_answer(&answer).is_err(), "{answer}");
        }
    }

    #[test]
    fn nulls_are_absent_fields() {
        let answer = json!({
            "statusCode": 204, "headers": null, "cookies": null, "body": null,
            "isBase64Encoded": null,
        });
        assert_eq!(from_answer(&answer).unwrap().status(), 204);
    }
}
