//! What posts take without the chat around them: a loop of the SDK's, and one of hyper's that are
//! signed.

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_apigatewaymanagement::{
    Client,
    config::{BehaviorVersion, Builder, Region, SharedHttpClient},
    primitives::Blob,
};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Builder as HttpClient;
use axum::http;
use futures_util::{StreamExt, stream};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use reqwest::{Body, Method};
use tests::{
    Api, Stack,
    signature::{developer, sign},
};

/// As many as a broadcast has.
const IN_FLIGHT: usize = 64;
const REGION: &str = "us-east-1";

/// Two clients of one stage, each with connections of its own.
pub struct Loops {
    sdk: Client,
    hyper: legacy::Client<HttpConnector, Body>,
    api: Api,
}

impl Loops {
    pub fn to(stack: &Stack) -> Self {
        let sdk = sdk_client(HttpClient::new().build_http(), &stack.url("/prod"));
        let hyper = legacy::Client::builder(TokioExecutor::new()).build_http();
        Self { sdk, hyper, api: Api::clone(stack) }
    }

    /// Posts the frame to each of these with the SDK's client.
    pub async fn sdk(&self, connections: &[String], frame: &str) {
        post_all(&self.sdk, connections, frame, IN_FLIGHT).await;
    }

    /// The same with hyper's client and a signature for each.
    pub async fn hyper(&self, connections: &[String], frame: &str) {
        let posts = stream::iter(connections).map(|id| self.hyper.request(self.signed(id, frame)));
        let posts = posts.buffer_unordered(IN_FLIGHT);
        posts.for_each(async |answer| assert_eq!(answer.expect("a post").status(), 200)).await;
    }

    fn signed(&self, connection: &str, frame: &str) -> http::Request<Body> {
        let request = self.api.management(Method::POST, "prod", connection);
        let mut request = request.body(frame.to_owned()).build().expect("a request");
        sign(&mut request, "execute-api", &developer());
        request.try_into().expect("a request")
    }
}

/// The SDK's client of a stage.
pub fn sdk_client(http: SharedHttpClient, stage: &str) -> Client {
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(developer()))
        .sleep_impl(TokioSleep::new())
        .http_client(http)
        .endpoint_url(stage);
    Client::from_conf(config.build())
}

/// Posts the frame to each of these, so many at once.
pub async fn post_all(client: &Client, connections: &[String], frame: &str, at_once: usize) {
    let posts = stream::iter(connections).map(|id| {
        let post = client.post_to_connection().connection_id(id);
        post.data(Blob::new(frame)).send()
    });
    let posts = posts.buffer_unordered(at_once);
    posts.for_each(async |answer| drop(answer.expect("a post"))).await;
}
