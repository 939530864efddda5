//! Somebody with an access token, as an identity provider gives it out.

use jsonwebtoken::{EncodingKey, Header, encode};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use tests::{Api, Reply, Socket, Stack, User, stack::Options, user::fresh_id};

/// What tokens are signed with, unless a test says otherwise.
pub const SECRET: &str = "a secret that only these tests know";

/// A deployment that asks for tokens and tickets.
pub fn guarded() -> Options {
    Stack::with().args(["--auth", "required", "--jwt-secret", SECRET])
}

/// A deployment that believes callers, and issues tickets for tokens all the same.
pub fn trusting() -> Options {
    Stack::with().args(["--jwt-secret", SECRET])
}

/// A user with a token.
#[derive(Debug, Clone)]
pub struct Account {
    pub user: User,
    pub token: String,
    api: Api,
}

impl Account {
    /// A new user with a profile.
    pub async fn create(api: &Api) -> Self {
        let id = fresh_id();
        let user =
            User { id, name: format!("사용자 {id}"), email: format!("user{id}@example.com") };
        let account = Self::of(api, user);
        let profile = json!({ "name": account.user.name, "email": account.user.email });
        account.put(&format!("/api/v1/chat/users/{id}"), &profile).await.expect(200);
        account
    }

    /// The token of a user that exists.
    pub fn of(api: &Api, user: User) -> Self {
        let token = token(&claims(user.id));
        Self { user, token, api: api.clone() }
    }

    pub fn id(&self) -> u64 {
        self.user.id
    }

    /// A request with the token.
    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Reply {
        let request = self.api.request(method, path).header("accessToken", &self.token);
        self.api.ask(request.json(body)).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, &Value::Null).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.call(Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.call(Method::PUT, path, body).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, &Value::Null).await
    }

    /// A new room of this user's own.
    pub async fn found(&self) -> u64 {
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

    /// A new ticket.
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

    async fn open(&self, path: &str) -> Socket {
        let socket = self.api.socket(path).await;
        socket.unwrap_or_else(|refusal| panic!("expected a socket, came {refusal:?}"))
    }

    /// How a ticket socket shows a text of this user, with times masked.
    pub fn frame(&self, room: u64, id: u64, text: &str) -> Value {
        json!({
            "id": id, "roomId": room, "content": text, "timestamp": tests::shape::TIME,
            "user": { "id": self.id(), "username": self.user.name, "profileImage": null },
        })
    }
}

/// New users with profiles.
pub async fn accounts<const N: usize>(api: &Api) -> [Account; N] {
    let created = futures_util::future::join_all((0..N).map(|_| Account::create(api)));
    created.await.try_into().expect("N accounts were created")
}

/// What a good token says: this user, for an hour.
pub fn claims(user: u64) -> Value {
    json!({ "sub": user.to_string(), "exp": after(3_600) })
}

/// A token that the deployments here accept.
pub fn token(claims: &Value) -> String {
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    encode(&Header::default(), claims, &key).expect("a token")
}

/// Seconds since 1970, this many from now.
#[expect(clippy::disallowed_methods, reason = "tokens are for the time at which the tests run")]
pub fn after(seconds: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    i64::try_from(now.as_secs()).expect("not that late") + seconds
}
