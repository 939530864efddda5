//! A deployment's two base URLs, and requests to it.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::{
    deadline::within,
    reply::Reply,
    socket::{Refusal, Socket},
};

/// Where the chat answers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Api {
    http: String,
    socket: String,
    client: Client,
}

impl Api {
    /// The API below these URLs, without a trailing slash.
    #[must_use]
    pub fn new(http: impl Into<String>, socket: impl Into<String>) -> Self {
        Self { http: http.into(), socket: socket.into(), client: Client::new() }
    }

    /// The HTTP URL of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.http)
    }

    /// The WebSocket URL of a path.
    #[must_use]
    pub fn socket_url(&self, path: &str) -> String {
        format!("{}{path}", self.socket)
    }

    /// A request to be completed and given to [`Api::ask`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// Sends a request and reads its whole answer.
    pub async fn ask(&self, request: RequestBuilder) -> Reply {
        within("an HTTP answer", async {
            let response = request.send().await.expect("the request is answered");
            Reply::read(response).await
        })
        .await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Reply {
        self.ask(self.request(Method::GET, path)).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.ask(self.request(Method::POST, path).json(body)).await
    }

    /// POST with a body that need not be JSON, and no `Content-Type`.
    pub async fn post_text(&self, path: &str, body: impl Into<String>) -> Reply {
        let request = self.request(Method::POST, path).body(body.into().into_bytes());
        self.ask(request).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.ask(self.request(Method::PUT, path).json(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Reply {
        self.ask(self.request(Method::DELETE, path)).await
    }

    /// Opens a socket on a path such as `/ws/chat/1?user_id=2`.
    pub async fn socket(&self, path: &str) -> Result<Socket, Refusal> {
        Socket::open(&self.socket_url(path)).await
    }
}
