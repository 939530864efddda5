//! The probe's sockets, and the management calls that a function makes to them.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tests::{Reply, Socket, Stack};
use tokio_tungstenite::tungstenite::Message;

/// A socket of the probe that knows its own connection id.
pub struct Client {
    pub socket: Socket,
    pub id: String,
}

impl Client {
    /// Opens a socket and asks the probe for its id.
    pub async fn connect(stack: &Stack) -> Self {
        let socket = stack.socket("/socket").await.expect("the probe admits everybody");
        Self::introduce(socket, r#"{"act":"event"}"#).await
    }

    /// Opens a socket that is told of every other connection's coming and going.
    pub async fn witness(stack: &Stack) -> Self {
        let socket = stack.socket("/socket").await.expect("the probe admits everybody");
        Self::introduce(socket, r#"{"act":"witness"}"#).await
    }

    async fn introduce(mut socket: Socket, frame: &str) -> Self {
        socket.send(Message::text(frame)).await;
        let event = socket.next().await;
        let id = event["requestContext"]["connectionId"].as_str().expect("a connection id");
        Self { id: id.to_owned(), socket }
    }

    /// The event of another connection that this witness hears of next.
    pub async fn hears(&mut self, event_type: &str) -> Value {
        let event = self.socket.next().await;
        assert_eq!(event["requestContext"]["eventType"], event_type, "came {event:#}");
        event
    }

    /// The code and reason with which the next connection is reported to have ended.
    pub async fn hears_of_the_end(&mut self) -> (u64, String) {
        let event = self.hears("DISCONNECT").await;
        let context = &event["requestContext"];
        let code = context["disconnectStatusCode"].as_u64().expect("a code");
        (code, context["disconnectReason"].as_str().expect("a reason").to_owned())
    }
}

/// A signed call to `/@connections/{id}` of the probe's stage.
pub fn call(stack: &Stack, method: Method, id: &str) -> RequestBuilder {
    unsigned(stack, method, id).header("authorization", "AWS4-HMAC-SHA256 Credential=test")
}

/// The same call without a signature.
pub fn unsigned(stack: &Stack, method: Method, id: &str) -> RequestBuilder {
    stack.request(method, &format!("/live/@connections/{id}"))
}

/// Posts a text to a connection.
pub async fn post(stack: &Stack, id: &str, text: impl Into<reqwest::Body>) -> Reply {
    stack.ask(call(stack, Method::POST, id).body(text)).await
}
