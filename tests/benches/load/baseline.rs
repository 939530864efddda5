//! What posts take without the chat around them: a loop of the SDK's, and one of hyper's that are
//! signed.

use std::time::SystemTime;

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_apigatewaymanagement::{
    Client,
    config::{BehaviorVersion, Builder, Region, SharedHttpClient},
    primitives::Blob,
};
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Builder as HttpClient;
use axum::{body::Body, http::Request};
use futures_util::{StreamExt, stream};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use tests::Stack;

/// As many as a broadcast has.
const IN_FLIGHT: usize = 64;
const REGION: &str = "us-east-1";

/// Two clients of one stage, each with connections of its own.
pub struct Loops {
    sdk: Client,
    hyper: legacy::Client<HttpConnector, Body>,
    credentials: Credentials,
    stage: String,
}

impl Loops {
    pub fn to(stack: &Stack) -> Self {
        let credentials = credentials();
        let stage = stack.url("/prod");
        let sdk = sdk_client(HttpClient::new().build_http(), &stage);
        let hyper = legacy::Client::builder(TokioExecutor::new()).build_http();
        Self { sdk, hyper, credentials, stage }
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

    #[expect(clippy::disallowed_methods, reason = "a signature is of its day")]
    fn signed(&self, connection: &str, frame: &str) -> Request<Body> {
        let uri = format!("{}/@connections/{}", self.stage, connection.replace('=', "%3D"));
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name("execute-api")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .expect("all parameters")
            .into();
        let signable = SignableRequest::new(
            "POST",
            &uri,
            std::iter::empty(),
            SignableBody::Bytes(frame.as_bytes()),
        );
        let signature = sign(signable.expect("a request"), &parameters).expect("a signature");
        let mut request =
            Request::post(&uri).body(Body::from(frame.to_owned())).expect("a request");
        signature.into_parts().0.apply_to_request_http1x(&mut request);
        request
    }
}

/// The SDK's client of a stage.
pub fn sdk_client(http: SharedHttpClient, stage: &str) -> Client {
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials()))
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

fn credentials() -> Credentials {
    Credentials::new("local", "local", None, None, "a bench")
}
