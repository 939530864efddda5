//! The requests that a client needs, and which of their failures pass.

use std::{error::Error, fmt::Display, time::Duration};

use reqwest::{
    Client, RequestBuilder, StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error as Handshake, client::IntoClientRequest};
use uuid::Uuid;

use crate::{Address, Message, Stream, connect, http_client};

/// Longer than the chat takes for anything.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
/// What a limit asks for beyond that is for the user to know.
const WORTH_WAITING: Duration = Duration::from_mins(1);
/// The longest page.
const PAGE: u8 = 200;

/// Why a request did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// There is nobody at the address, now.
    #[error("nobody answers: {0}")]
    Unreachable(String),
    /// It may succeed when it is repeated: no answer, 429, or a failure of the server.
    #[error("{why}")]
    Passing {
        /// For people.
        why: String,
        /// How long the chat asked to wait at least.
        retry_after: Duration,
    },
    /// It never will, however often it is repeated.
    #[error(transparent)]
    Refused(Refusal),
}

impl Trouble {
    /// How long to wait at least before the next attempt.
    #[must_use]
    pub fn retry_after(&self) -> Duration {
        match self {
            Self::Passing { retry_after, .. } => *retry_after,
            Self::Unreachable(_) | Self::Refused(_) => Duration::ZERO,
        }
    }
}

/// Why the chat did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({status})")]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// For people.
    pub message: String,
}

/// A part of a room's messages.
#[derive(Debug)]
pub struct Page {
    /// In the order that was asked for.
    pub messages: Vec<Message>,
    /// Whether there are more, or will be in a moment.
    pub has_more: bool,
}

/// The chat, as one user calls it.
#[derive(Debug, Clone)]
pub struct Service {
    client: Client,
    address: Address,
    user: u64,
    token: Option<String>,
}

impl Service {
    /// The chat at this address. Without an access token it must be one that trusts its callers.
    #[must_use]
    pub fn new(address: Address, user: u64, token: Option<String>) -> Self {
        let client = http_client(address.is_tls()).build().expect("a client");
        Self { client, address, user, token }
    }

    /// Creates a room, whose owner the user is: its id.
    pub async fn create_room(&self, name: &str) -> Result<u64, Trouble> {
        let body = json!({ "user_id": self.user, "name": name });
        let answer = self.post("/api/v1/chat/rooms", &body).await?;
        answer["data"]["id"].as_u64().ok_or_else(|| unreadable(&answer))
    }

    /// Adds a member to a room of one's own.
    pub async fn add_member(&self, room: u64, user: u64) -> Result<(), Trouble> {
        let path = format!("/api/v1/chat/rooms/{room}/members");
        self.post(&path, &json!({ "user_id": user })).await.map(drop)
    }

    /// A ticket for one socket.
    pub async fn ticket(&self) -> Result<String, Trouble> {
        let answer = self.post("/chat/ticket", &Value::Null).await?;
        Ok(answer["ticket"].as_str().ok_or_else(|| unreadable(&answer))?.to_owned())
    }

    /// A socket of a room.
    pub async fn open(&self, room: u64) -> Result<Stream, Trouble> {
        let who = match &self.token {
            Some(_) => format!("ticket={}", self.ticket().await?),
            None => format!("user_id={}", self.user),
        };
        let url = self.address.socket_url(&format!("/ws/chat/{room}?{who}"));
        let request = url.into_client_request().expect("a valid URL");
        let opened = timeout(ANSWERED_WITHIN, connect(request)).await.map_err(passing)?;
        opened.map(|(socket, _)| socket).map_err(not_opened)
    }

    /// What comes after this message, the oldest first.
    pub async fn messages_after(&self, room: u64, cursor: u64) -> Result<Page, Trouble> {
        self.page(room, &format!("after={cursor}&limit={PAGE}")).await
    }

    /// As many of the newest messages, the newest first.
    pub async fn newest_messages(&self, room: u64, count: u8) -> Result<Page, Trouble> {
        self.page(room, &format!("limit={count}")).await
    }

    async fn page(&self, room: u64, query: &str) -> Result<Page, Trouble> {
        let path = format!("/api/v1/chat/rooms/{room}/messages?{query}&user_id={}", self.user);
        let answer = self.ask(self.client.get(self.address.url(&path))).await?;
        let messages = answer["data"].as_array().ok_or_else(|| unreadable(&answer))?;
        let messages: Option<Vec<Message>> = messages.iter().map(Message::read).collect();
        let has_more = answer["page"]["has_more"].as_bool();
        let (messages, has_more) = messages.zip(has_more).ok_or_else(|| unreadable(&answer))?;
        Ok(Page { messages, has_more })
    }

    /// Sends a text under this key: the message as it was stored.
    pub async fn send(&self, room: u64, key: Uuid, text: &str) -> Result<Message, Trouble> {
        let path = format!("/api/v1/chat/rooms/{room}/messages");
        let body = json!({ "user_id": self.user, "message": text });
        let request = self.client.post(self.address.url(&path)).json(&body);
        let answer = self.ask(request.header("Idempotency-Key", key.to_string())).await?;
        Message::read(&answer["data"]).ok_or_else(|| unreadable(&answer))
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, Trouble> {
        self.ask(self.client.post(self.address.url(path)).json(body)).await
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Value, Trouble> {
        let request = match &self.token {
            Some(token) => request.header("accessToken", token),
            None => request,
        };
        let answer = request.timeout(ANSWERED_WITHIN).send().await.map_err(not_answered)?;
        let (status, retry_after) = (answer.status(), retry_after(answer.headers()));
        let text = answer.text().await.map_err(passing)?;
        if status.is_success() {
            return serde_json::from_str(&text).map_err(passing);
        }
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        let message = body["message"].as_str().unwrap_or(&text);
        Err(failed(status, message, retry_after))
    }
}

/// What an answer with this status means for the next attempt.
fn failed(status: StatusCode, message: &str, retry_after: Duration) -> Trouble {
    let refusal = Refusal { status: status.as_u16(), message: message.to_owned() };
    let passes = match status {
        StatusCode::TOO_MANY_REQUESTS => retry_after <= WORTH_WAITING,
        other => other.is_server_error(),
    };
    if passes {
        Trouble::Passing { why: refusal.to_string(), retry_after }
    } else {
        Trouble::Refused(refusal)
    }
}

/// What the chat asks for, in seconds.
fn retry_after(headers: &HeaderMap) -> Duration {
    let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    seconds.map_or(Duration::ZERO, Duration::from_secs)
}

fn not_answered(error: reqwest::Error) -> Trouble {
    if !error.is_connect() {
        return passing(error);
    }
    // The outermost says that there was an error, the innermost which.
    let mut cause: &dyn Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Trouble::Unreachable(cause.to_string())
}

fn not_opened(error: Handshake) -> Trouble {
    match error {
        // A ticket may have been too old. Without one the next attempt is told over HTTP.
        Handshake::Http(answer) if answer.status() != 401 => {
            failed(answer.status(), "the socket was refused", retry_after(answer.headers()))
        }
        Handshake::Io(error) => Trouble::Unreachable(error.to_string()),
        error => passing(error),
    }
}

fn passing(error: impl Display) -> Trouble {
    Trouble::Passing { why: error.to_string(), retry_after: Duration::ZERO }
}

fn unreadable(answer: &Value) -> Trouble {
    let message = format!("the answer lacks something: {answer}");
    Trouble::Refused(Refusal { status: 200, message })
}
