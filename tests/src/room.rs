//! A chat room and what its members do there.

use serde_json::{Value, json};

use crate::{Api, Reply, Socket, User, event};

/// A room of the chat.
#[derive(Debug, Clone)]
pub struct Room {
    /// Id given by the chat.
    pub id: u64,
    api: Api,
}

impl Room {
    /// Creates a room, with `owner` as its first member.
    pub async fn create(api: &Api, owner: &User) -> Self {
        let body = json!({ "user_id": owner.id, "name": "회의실" });
        let answer = api.post("/api/v1/chat/rooms", &body).await.expect(201);
        let id = answer["data"]["id"].as_u64().expect("a room has an id");
        Self { id, api: api.clone() }
    }

    /// The same room at another address, for an edge that was started again.
    #[must_use]
    pub fn on(self, api: &Api) -> Self {
        Self { api: api.clone(), ..self }
    }

    /// The path of something in this room, such as `/messages`.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/chat/rooms/{}{rest}", self.id)
    }

    /// POST to something in this room.
    pub async fn post(&self, rest: &str, body: &Value) -> Reply {
        self.api.post(&self.path(rest), body).await
    }

    /// Sends a text and gives the stored message.
    pub async fn send(&self, author: &User, text: &str) -> Value {
        let body = json!({ "user_id": author.id, "message": text });
        self.post("/messages", &body).await.data(201, "Message sent successfully")
    }

    /// Marks everything as read.
    pub async fn mark_read(&self, user: &User) -> Reply {
        self.post("/read", &json!({ "user_id": user.id })).await
    }

    /// Asks for the user to become a member.
    pub async fn add(&self, user: &User) -> Reply {
        self.post("/members", &json!({ "user_id": user.id })).await
    }

    /// Asks for the member to be removed.
    pub async fn remove(&self, user: &User) -> Reply {
        self.api.delete(&self.path(&format!("/members/{}", user.id))).await
    }

    /// The members as the room lists them.
    pub async fn members(&self) -> Vec<Value> {
        let answer = self.api.get(&self.path("/members")).await.expect(200);
        answer["data"].as_array().expect("a list of members").clone()
    }

    /// The list's entry of one user.
    pub async fn member(&self, user: &User) -> Option<Value> {
        let members = self.members().await;
        members.into_iter().find(|member| member["user_id"] == user.id)
    }

    /// The path of a user's socket.
    #[must_use]
    pub fn socket_path(&self, user: &User) -> String {
        format!("/ws/chat/{}?user_id={}", self.id, user.id)
    }

    /// Opens a socket of a member: it hears nothing of what was before, and the others have heard
    /// of it.
    pub async fn connect(&self, user: &User) -> Socket {
        self.api.quiet().await;
        let socket = self.connect_at_once(user).await;
        self.api.quiet().await;
        socket
    }

    /// Opens a socket of a member, whatever is being announced.
    pub async fn connect_at_once(&self, user: &User) -> Socket {
        let socket = self.api.socket(&self.socket_path(user)).await;
        socket.unwrap_or_else(|refusal| panic!("expected a socket, came {refusal:?}"))
    }

    /// Shows that nothing is on its way to the socket: the next frame is a message sent now.
    pub async fn expect_silence(&self, socket: &mut Socket, author: &User) {
        self.api.quiet().await;
        let marker = self.send(author, "nothing before this").await;
        let id = marker["id"].as_u64().expect("a message has an id");
        socket.expect(&event::message(self, id, author, "nothing before this")).await;
    }
}
