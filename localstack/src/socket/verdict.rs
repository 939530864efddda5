//! What the answer of `$connect` means for a handshake.

use axum::{
    http::{HeaderValue, StatusCode},
    response::Response,
};
use serde_json::Value;

use super::closure::Closure;
use crate::edge::answer;

/// What becomes of a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The socket opens, with this subprotocol.
    Admitted(Option<HeaderValue>),
    /// The handshake fails with a status and a JSON body.
    Refused(StatusCode, Value),
    /// The socket opens and is closed at once. API Gateway never does this; it tells a developer
    /// what a handshake status hides from a browser.
    Closed(Closure),
}

impl Verdict {
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
            return Self::Admitted(subprotocol(answer));
        }
        let body = answer["body"].as_str().and_then(|body| serde_json::from_str(body).ok());
        let body: Value = body.unwrap_or_default();
        match asked_closure(&body) {
            Some(closure) if !strict => Self::Closed(closure),
            _ => Self::Refused(status, body),
        }
    }

    /// `$connect` gave no usable answer.
    pub fn failed(strict: bool) -> Self {
        if strict {
            let body = serde_json::json!({ "message": "Internal server error" });
            Self::Refused(StatusCode::BAD_GATEWAY, body)
        } else {
            Self::Closed(Closure::SERVER_ERROR)
        }
    }
}

/// The answer to a handshake that fails.
pub fn refusal(status: StatusCode, body: &Value) -> Response {
    match body {
        Value::Null => answer::message(status, status.canonical_reason().unwrap_or_default()),
        body => answer::json(status, body),
    }
}

fn asked_closure(body: &Value) -> Option<Closure> {
    let code = u16::try_from(body["closeCode"].as_u64()?).ok()?;
    Closure::asked_for(code, body["reason"].as_str().unwrap_or_default())
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
        let echo = Verdict::Admitted(Some(HeaderValue::from_static("chat")));
        for (answer, verdict) in [
            (json!({ "statusCode": 200 }), Verdict::Admitted(None)),
            (json!({ "statusCode": 204, "headers": null }), Verdict::Admitted(None)),
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
            assert_eq!(Verdict::from_answer(&answer, true), verdict, "{answer}");
        }
    }

    #[test]
    fn a_refusal_closes_with_its_code_unless_strict() {
        let body = json!({ "message": "no", "closeCode": 1003, "reason": "expired" });
        let answer = json!({ "statusCode": 401, "body": body.to_string() });
        let closure = Closure::asked_for(1003, "expired").unwrap();
        assert_eq!(Verdict::from_answer(&answer, false), Verdict::Closed(closure));
        let refused = Verdict::Refused(StatusCode::UNAUTHORIZED, body);
        assert_eq!(Verdict::from_answer(&answer, true), refused);
    }

    #[test]
    fn a_refusal_without_a_usable_close_code_stays_a_status() {
        for body in ["", "not json", r#"{"closeCode":1005}"#, r#"{"closeCode":"1003"}"#] {
            let answer = json!({ "statusCode": 403, "body": body });
            let verdict = Verdict::from_answer(&answer, false);
            assert!(matches!(verdict, Verdict::Refused(StatusCode::FORBIDDEN, _)), "{body}");
        }
    }

    #[test]
    fn an_answer_that_is_none_is_a_failure() {
        for answer in [json!(null), json!({}), json!({ "statusCode": 101 }), json!("ok")] {
            assert_eq!(
                Verdict::from_answer(&answer, false),
                Verdict::Closed(Closure::SERVER_ERROR),
                "{answer}"
            );
            let strict = Verdict::from_answer(&answer, true);
            assert!(matches!(strict, Verdict::Refused(StatusCode::BAD_GATEWAY, _)), "{answer}");
        }
    }
}
