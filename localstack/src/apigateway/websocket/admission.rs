//! Admission to a socket: what the answer of `$connect` means for its handshake.

use axum::{
    http::{HeaderValue, StatusCode},
    response::Response,
};
use serde_json::Value;

use super::close_status::CloseStatus;
use crate::exchange::response;

/// What becomes of a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// The socket opens, with this subprotocol.
    Accepted(Option<HeaderValue>),
    /// The handshake fails with a status and a JSON body.
    Refused(StatusCode, Value),
    /// The socket opens and is closed at once. API Gateway never does this; a browser shows its
    /// script the close code, but not the status of a handshake that failed.
    Closed(CloseStatus),
}

impl Admission {
    /// Reads the answer of `$connect`.
    pub fn from_answer(answer: &Value, strict: bool) -> Self {
        let status = answer["statusCode"]
            .as_u64()
            .and_then(|code| u16::try_from(code).ok())
            .and_then(|code| StatusCode::from_u16(code).ok())
            .filter(|status| !status.is_informational());
        let Some(status) = status else {
            return Self::failed(strict);
        };
        if status.is_success() {
            return Self::Accepted(subprotocol(answer));
        }
        let body = answer["body"].as_str().and_then(|body| serde_json::from_str(body).ok());
        let body: Value = body.unwrap_or_default();
        match requested_close(&body) {
            Some(status) if !strict => Self::Closed(status),
            _ => Self::Refused(status, body),
        }
    }

    /// `$connect` gave no usable answer.
    pub fn failed(strict: bool) -> Self {
        if strict {
            let body = serde_json::json!({ "message": "Internal server error" });
            Self::Refused(StatusCode::BAD_GATEWAY, body)
        } else {
            Self::Closed(CloseStatus::SERVER_ERROR)
        }
    }
}

/// The answer to a handshake that fails.
pub fn refusal(status: StatusCode, body: &Value) -> Response {
    match body {
        Value::Null => response::message(status, status.canonical_reason().unwrap_or_default()),
        body => response::json(status, body),
    }
}

fn requested_close(body: &Value) -> Option<CloseStatus> {
    let code = u16::try_from(body["closeCode"].as_u64()?).ok()?;
    CloseStatus::requested(code, body["reason"].as_str().unwrap_or_default())
}

/// The value of `Sec-WebSocket-Protocol`, from either kind of headers.
fn subprotocol(answer: &Value) -> Option<HeaderValue> {
    let value_in = |field: &str| {
        let headers = answer[field].as_object()?;
        let wanted = |name: &String| name.eq_ignore_ascii_case("sec-websocket-protocol");
        let (_, value) = headers.iter().find(|(name, _)| wanted(name))?;
        value.as_str().or_else(|| value[0].as_str())
    };
    let value = value_in("headers").or_else(|| value_in("multiValueHeaders"))?;
    HeaderValue::from_str(value).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn success_admits_and_echoes_the_subprotocol_of_the_answer() {
        let echo = Admission::Accepted(Some(HeaderValue::from_static("chat")));
        for (answer, admission) in [
            (json!({ "statusCode": 200 }), Admission::Accepted(None)),
            (json!({ "statusCode": 204, "headers": null }), Admission::Accepted(None)),
            (
                json!({ "statusCode": 200, "headers": { "sec-websocket-protocol": "chat" } }),
                echo.clone(),
            ),
            (
                json!({
                    "statusCode": 200,
                    "headers": {},
                    "multiValueHeaders": { "Sec-WebSocket-Protocol": ["chat"] },
                }),
                echo,
            ),
        ] {
            assert_eq!(Admission::from_answer(&answer, true), admission, "{answer}");
        }
    }

    #[test]
    fn a_refusal_closes_with_its_code_unless_strict() {
        let body = json!({ "message": "no", "closeCode": 1003, "reason": "expired" });
        let answer = json!({ "statusCode": 401, "body": body.to_string() });
        let status = CloseStatus::requested(1003, "expired").unwrap();
        assert_eq!(Admission::from_answer(&answer, false), Admission::Closed(status));
        let refused = Admission::Refused(StatusCode::UNAUTHORIZED, body);
        assert_eq!(Admission::from_answer(&answer, true), refused);
    }

    #[test]
    fn a_refusal_without_a_usable_close_code_stays_a_status() {
        for body in ["", "not json", r#"{"closeCode":1005}"#, r#"{"closeCode":"1003"}"#] {
            let answer = json!({ "statusCode": 403, "body": body });
            let admission = Admission::from_answer(&answer, false);
            assert!(matches!(admission, Admission::Refused(StatusCode::FORBIDDEN, _)), "{body}");
        }
    }

    #[test]
    fn an_answer_that_is_none_is_a_failure() {
        for answer in [json!(null), json!({}), json!({ "statusCode": 101 }), json!("ok")] {
            assert_eq!(
                Admission::from_answer(&answer, false),
                Admission::Closed(CloseStatus::SERVER_ERROR),
                "{answer}"
            );
            let strict = Admission::from_answer(&answer, true);
            assert!(matches!(strict, Admission::Refused(StatusCode::BAD_GATEWAY, _)), "{answer}");
        }
    }
}
