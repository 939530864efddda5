//! The probe's sockets, and the management calls that a function makes to them.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tests::{Reply, Socket, Stack};
use tokio_tungstenite::tungstenite::Message;

/// The act `wait`, as it stands in a query: `$connect` answers once it is released.
pub const WAIT: &str = "%7B%22act%22%3A%22wait%22%7D";

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

    /// Opens a socket that gets the event of every other connection's coming and going.
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

    /// Lets one invocation go on that waits in the probe ([`WAIT`]).
    pub async fn release(&mut self) {
        self.socket.send(r#"{"act":"release"}"#).await;
        // The probe shows the message to its sender before it does what it asks for.
        self.hears("MESSAGE").await;
    }

    /// The event of another connection that this witness gets next, which must be of this type.
    pub async fn hears(&mut self, event_type: &str) -> Value {
        let event = self.socket.next().await;
        assert_eq!(event["requestContext"]["eventType"], event_type, "came {event:#}");
        event
    }

    /// The code and reason with which the next connection is reported to have ended.
    pub async fn hears_of_the_end(&mut self) -> (u64, String) {
        code_and_reason(&self.hears("DISCONNECT").await)
    }
}

/// A call to `/@connections/{id}` of the probe's stage.
pub fn call(stack: &Stack, method: Method, id: &str) -> RequestBuilder {
    stack.management(method, "live", id)
}

/// Posts a text to a connection.
pub async fn post(stack: &Stack, id: &str, text: impl Into<reqwest::Body>) -> Reply {
    stack.ask_signed(call(stack, Method::POST, id).body(text)).await
}

/// Code and reason of every `$disconnect` that the probe has had, by what it printed: for when no
/// connection is left to witness it.
pub fn printed_ends(stack: &Stack) -> Vec<(u64, String)> {
    let lines = stack.edge.log.lines();
    let events = lines.iter().filter_map(|line| line.strip_prefix("OnSocket: {"));
    let events = events.map(|rest| {
        let event = serde_json::from_str(&format!("{{{rest}"));
        event.unwrap_or_else(|error| panic!("expected an event ({error}), came {rest}"))
    });
    events.map(|event: Value| code_and_reason(&event)).collect()
}

fn code_and_reason(disconnect: &Value) -> (u64, String) {
    let context = &disconnect["requestContext"];
    let code = context["disconnectStatusCode"].as_u64().expect("a code");
    (code, context["disconnectReason"].as_str().expect("a reason").to_owned())
}
