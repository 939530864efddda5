//! An HTTP answer, with assertions that say what came instead.
#![expect(clippy::must_use_candidate, reason = "an answer is often looked at only to assert it")]

use reqwest::{Response, header::HeaderMap};
use serde_json::{Value, json};

use crate::spec::{Located, answer_conforms};

/// A status, headers and the whole body.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status as a number.
    pub status: u16,
    /// All headers: [`Reply::header`] gives one as a text.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
}

impl Reply {
    pub(crate) async fn read(response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await.expect("the answer is complete");
        Self { status, headers, text }
    }

    /// Asserts that the specification has this answer for the operation.
    pub(crate) fn expect_to_conform(&self, operation: Located) {
        let content_type = self.header("content-type");
        let checked = answer_conforms(operation, self.status, content_type, &self.text);
        checked.unwrap_or_else(|why| {
            panic!("the answer is not in infra/openapi.yaml: {why}\ncame {}", self.text)
        });
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        let parsed = serde_json::from_str(&self.text);
        parsed.unwrap_or_else(|error| panic!("expected JSON ({error}), came {self:?}"))
    }

    /// One header's value, empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// The body, when the status is this one.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "the answer was {}", self.text);
        self.json()
    }

    /// The `data` of a success with this status and message.
    pub fn data(&self, status: u16, message: &str) -> Value {
        let body = self.expect(status);
        let data = body["data"].clone();
        let envelope = json!({ "success": true, "message": message, "data": data });
        assert_eq!(body, envelope);
        data
    }

    /// The message of a failure with this status, in the envelope every failure has.
    pub fn refusal(&self, status: u16) -> String {
        let body = self.expect(status);
        let (message, code) = (body["message"].clone(), body["error"]["code"].clone());
        let envelope = json!({ "success": false, "message": message, "error": { "code": code } });
        assert_eq!(body, envelope);
        assert!(code.as_str().is_some_and(|code| !code.is_empty()), "no code in {body}");
        message.as_str().expect("a message is a text").to_owned()
    }
}
