//! Somebody with an access token, as an identity provider gives it out.

use client::Service;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    Api, Reply, Socket, Stack, User,
    shape::TIME,
    stack::Options,
    token::{self, SECRET, claims},
    user::fresh_id,
};

/// A deployment that asks for tokens and tickets.
#[must_use]
pub fn guarded() -> Options {
    Stack::with().guarded()
}

/// A deployment that believes callers, and issues tickets for tokens all the same.
#[must_use]
pub fn trusting() -> Options {
    Stack::with().args(["--jwt-secret", SECRET])
}

/// A user with a token.
#[derive(Debug, Clone)]
pub struct Account {
    /// Whose token it is.
    pub user: User,
    /// Goes into the header `accessToken`.
    pub token: String,
    pub(crate) api: Api,
}

impl Account {
    /// A new user with a profile.
    pub async fn create(api: &Api) -> Self {
        let account = Self::of(api, User::named_by_id(fresh_id()));
        let profile = json!({ "name": account.user.name, "email": account.user.email });
        let path = format!("/api/v1/chat/users/{}", account.id());
        account.put(&path, &profile).await.expect(200);
        account
    }

    /// A user who exists, with a token that [`guarded`] and [`trusting`] deployments accept.
    #[must_use]
    pub fn of(api: &Api, user: User) -> Self {
        let token = token::signed(&claims(user.id));
        Self { user, token, api: api.clone() }
    }

    /// A user without a profile, whose token says this besides who it is.
    #[must_use]
    pub fn claiming(api: &Api, id: u64, says: &Value) -> Self {
        let user = User { id, name: String::new(), email: String::new() };
        let mut all = claims(id);
        for (name, value) in says.as_object().expect("claims") {
            all[name] = value.clone();
        }
        Self { user, token: token::signed(&all), api: api.clone() }
    }

    /// A user who exists, with a token that this machine's secret signs: deployments accept it that
    /// were given no other secret.
    #[must_use]
    pub fn local(api: &Api, user: User) -> Self {
        let token = token::local(&["--user", &user.id.to_string(), "--name", &user.name]);
        Self { user, token, api: api.clone() }
    }

    /// The id of [`Account::user`].
    #[must_use]
    pub fn id(&self) -> u64 {
        self.user.id
    }

    /// The chat as this user's client calls it.
    #[must_use]
    pub fn service(&self) -> Service {
        Service::new(self.api.address.clone(), self.id(), Some(self.token.clone()))
    }

    /// A request with the token.
    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Reply {
        let request = self.api.request(method, path).header("accessToken", &self.token);
        self.api.ask(request.json(body)).await
    }

    /// GET with the token.
    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, &Value::Null).await
    }

    /// POST with the token and a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.call(Method::POST, path, body).await
    }

    /// POST with the token, a JSON body and the client's own key for it.
    pub async fn post_with_key(&self, path: &str, key: &str, body: &Value) -> Reply {
        let request = self.api.request(Method::POST, path).header("accessToken", &self.token);
        self.api.ask(request.header("Idempotency-Key", key).json(body)).await
    }

    /// PUT with the token and a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.call(Method::PUT, path, body).await
    }

    /// DELETE with the token.
    pub async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, &Value::Null).await
    }

    /// Creates a room, whose owner this user is: the room's id.
    pub async fn create_room(&self) -> u64 {
        let body = json!({ "user_id": self.id(), "name": "회의실" });
        let room = self.post("/api/v1/chat/rooms", &body).await.expect(201);
        room["data"]["id"].as_u64().expect("a room has an id")
    }

    /// Asks for somebody to become a member.
    pub async fn add(&self, room: u64, other: &Self, role: &str) -> Reply {
        let body = json!({ "user_id": other.id(), "role": role });
        self.post(&format!("/api/v1/chat/rooms/{room}/members"), &body).await
    }

    /// Asks for somebody, maybe this user, to be no member any more.
    pub async fn remove(&self, room: u64, other: &Self) -> Reply {
        self.delete(&format!("/api/v1/chat/rooms/{room}/members/{}", other.id())).await
    }

    /// Sends a text over HTTP.
    pub async fn send(&self, room: u64, text: &str) -> Reply {
        let body = json!({ "user_id": self.id(), "message": text });
        self.post(&format!("/api/v1/chat/rooms/{room}/messages"), &body).await
    }

    /// A new ticket for one socket.
    pub async fn ticket(&self) -> String {
        let request = self.api.request(Method::POST, "/chat/ticket");
        let answer = self.api.ask(request.header("accessToken", &self.token)).await.expect(200);
        answer["ticket"].as_str().expect("a ticket").to_owned()
    }

    /// Opens a ticket socket.
    pub async fn socket(&self) -> Socket {
        self.open(&format!("/chat?ticket={}", self.ticket().await)).await
    }

    /// Opens a room socket with a ticket.
    pub async fn room_socket(&self, room: u64) -> Socket {
        self.open(&format!("/ws/chat/{room}?ticket={}", self.ticket().await)).await
    }

    /// Opens a ticket socket, whatever is being announced.
    pub async fn socket_at_once(&self) -> Socket {
        self.open_at_once(&format!("/chat?ticket={}", self.ticket().await)).await
    }

    /// Opens a room socket, whatever is being announced.
    pub async fn room_socket_at_once(&self, room: u64) -> Socket {
        self.open_at_once(&format!("/ws/chat/{room}?ticket={}", self.ticket().await)).await
    }

    async fn open_at_once(&self, path: &str) -> Socket {
        let socket = self.api.socket(path).await;
        socket.unwrap_or_else(|refusal| panic!("expected a socket, came {refusal:?}"))
    }

    /// Opens a socket that hears nothing of what was before, and of which the others have heard.
    async fn open(&self, path: &str) -> Socket {
        self.api.quiet().await;
        let socket = self.open_at_once(path).await;
        self.api.quiet().await;
        socket
    }

    /// How a ticket socket shows a text of this user, with times masked.
    #[must_use]
    pub fn frame(&self, room: u64, id: u64, text: &str) -> Value {
        json!({
            "id": id, "roomId": room, "content": text, "timestamp": TIME,
            "user": { "id": self.id(), "username": self.user.name, "profileImage": null },
        })
    }
}

/// New users with profiles.
pub async fn accounts<const N: usize>(api: &Api) -> [Account; N] {
    let created = join_all((0..N).map(|_| Account::create(api)));
    created.await.try_into().expect("N accounts were created")
}
