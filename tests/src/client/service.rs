//! The four requests that a client needs, and which of their failures pass.

use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use uuid::Uuid;

use super::Message;
use crate::{
    Account,
    socket::{Stream, connect},
    tls,
};

/// Longer than the chat takes for anything.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// Why a request did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It may succeed when it is repeated: no answer, 429, or a failure of the server.
    Passing(String),
    /// It never will, however often it is repeated.
    Refused(String),
}

/// A part of a room's messages.
#[derive(Debug)]
pub struct Page {
    /// In the order of their ids, the oldest first.
    pub messages: Vec<Message>,
    /// Whether there are more, or will be in a moment.
    pub has_more: bool,
}

/// The chat, as one user calls it.
#[derive(Debug, Clone)]
pub struct Service {
    client: Client,
    account: Account,
}

impl Service {
    /// The chat where the account is.
    #[must_use]
    pub fn new(account: Account) -> Self {
        Self { client: tls::http_client().build().expect("a client"), account }
    }

    /// Creates a room, whose owner the user is: its id.
    pub async fn create_room(&self, name: &str) -> Result<u64, Trouble> {
        let body = json!({ "user_id": self.account.id(), "name": name });
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
        let ticket = self.ticket().await?;
        let url = self.account.api.socket_url(&format!("/ws/chat/{room}?ticket={ticket}"));
        let request = url.into_client_request().expect("a valid URL");
        let opened = timeout(ANSWERED_WITHIN, connect(request)).await.map_err(passing)?;
        Ok(opened.map_err(passing)?.0)
    }

    /// What comes after this message.
    pub async fn messages_after(&self, room: u64, cursor: u64) -> Result<Page, Trouble> {
        let path = format!("/api/v1/chat/rooms/{room}/messages?after={cursor}&limit=200");
        let answer = self.ask(self.client.get(self.account.api.url(&path))).await?;
        let messages = answer["data"].as_array().ok_or_else(|| unreadable(&answer))?;
        let messages: Option<Vec<Message>> = messages.iter().map(Message::read).collect();
        let has_more = answer["page"]["has_more"].as_bool();
        let (messages, has_more) = messages.zip(has_more).ok_or_else(|| unreadable(&answer))?;
        Ok(Page { messages, has_more })
    }

    /// Sends a text under this key: the message's id.
    pub async fn send(&self, room: u64, key: Uuid, text: &str) -> Result<u64, Trouble> {
        let path = format!("/api/v1/chat/rooms/{room}/messages");
        let body = json!({ "user_id": self.account.id(), "message": text });
        let request = self.client.post(self.account.api.url(&path)).json(&body);
        let answer = self.ask(request.header("Idempotency-Key", key.to_string())).await?;
        answer["data"]["id"].as_u64().ok_or_else(|| unreadable(&answer))
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, Trouble> {
        self.ask(self.client.post(self.account.api.url(path)).json(body)).await
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Value, Trouble> {
        let request = request.header("accessToken", &self.account.token).timeout(ANSWERED_WITHIN);
        let answer = request.send().await.map_err(passing)?;
        let status = answer.status();
        let text = answer.text().await.map_err(passing)?;
        if status.is_success() {
            return serde_json::from_str(&text).map_err(passing);
        }
        let trouble = format!("{status}: {text}");
        if status.is_server_error() || status.as_u16() == 429 {
            Err(Trouble::Passing(trouble))
        } else {
            Err(Trouble::Refused(trouble))
        }
    }
}

fn passing(error: impl std::fmt::Display) -> Trouble {
    Trouble::Passing(error.to_string())
}

fn unreadable(answer: &Value) -> Trouble {
    Trouble::Refused(format!("the answer lacks something: {answer}"))
}
