//! A deployment's two base URLs, and requests to it.

use client::Address;
use reqwest::{Client, Method, Request, RequestBuilder};
use serde_json::Value;

use crate::{
    deadline::within,
    reply::Reply,
    signature::developer,
    socket::{Refusal, Socket},
    spec, tls,
};

/// Where the chat answers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Api {
    /// Its base URLs.
    pub address: Address,
    client: Client,
}

impl Api {
    /// The API below these URLs.
    #[must_use]
    pub fn new(http: impl AsRef<str>, socket: impl AsRef<str>) -> Self {
        Self::at(Address::new(http, socket))
    }

    /// The two APIs themselves, the WebSocket API by its stage's URL.
    #[must_use]
    pub fn of_stage(http: impl AsRef<str>, stage: impl AsRef<str>) -> Self {
        Self::at(Address::of_stage(http, stage))
    }

    fn at(address: Address) -> Self {
        Self { address, client: tls::http_client().build().expect("a client") }
    }

    /// The HTTP URL of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        self.address.url(path)
    }

    /// The WebSocket URL of a guide's path.
    #[must_use]
    pub fn socket_url(&self, path: &str) -> String {
        self.address.socket_url(path)
    }

    /// The path of the HTTP URL itself, empty where there is none.
    fn base_path(&self) -> String {
        let url = reqwest::Url::parse(&self.url("")).expect("a valid URL");
        url.path().trim_end_matches('/').to_owned()
    }

    /// A request to be completed and given to [`Api::ask`]. What is the developer's goes with the
    /// developer's credentials.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, self.url(path));
        if !path.starts_with("/_edge") {
            return request;
        }
        let developer = developer();
        request.basic_auth(developer.access_key_id(), Some(developer.secret_access_key()))
    }

    /// Sends a request and reads its whole answer, which must be one of `infra/openapi.yaml`.
    pub async fn ask(&self, request: RequestBuilder) -> Reply {
        self.execute(request.build().expect("a request")).await
    }

    /// The same with a request that is complete.
    pub async fn execute(&self, request: Request) -> Reply {
        let path = request.url().path().strip_prefix(self.base_path().as_str());
        let operation = spec::operation(request.method().as_str(), path.unwrap_or_default());
        let reply = within("an HTTP answer", async {
            let response = self.client.execute(request).await.expect("the request is answered");
            Reply::read(response).await
        })
        .await;
        if let Some(operation) = operation {
            reply.expect_to_conform(operation);
        }
        reply
    }

    /// GET, without a body.
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

    /// DELETE, without a body.
    pub async fn delete(&self, path: &str) -> Reply {
        self.ask(self.request(Method::DELETE, path)).await
    }

    /// Opens a socket on a path such as `/ws/chat/1?user_id=2`.
    pub async fn socket(&self, path: &str) -> Result<Socket, Refusal> {
        Socket::open(&self.socket_url(path)).await
    }
}
