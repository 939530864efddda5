//! What posts take without the chat around them: a loop of the SDK's, and one of bare requests.

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_apigatewaymanagement::{
    Client,
    config::{BehaviorVersion, Builder, Region},
    primitives::Blob,
};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Builder as HttpClient;
use futures_util::{StreamExt, stream};
use reqwest::Method;
use tests::{Api, Stack};

/// As many as a broadcast has.
const IN_FLIGHT: usize = 64;

/// Two clients of one stage, each with connections of its own.
pub struct Loops {
    sdk: Client,
    api: Api,
}

impl Loops {
    pub fn to(stack: &Stack) -> Self {
        let credentials = Credentials::new("local", "local", None, None, "a bench");
        let sdk = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .sleep_impl(TokioSleep::new())
            .http_client(HttpClient::new().build_http())
            .endpoint_url(stack.url("/prod"));
        Self { sdk: Client::from_conf(sdk.build()), api: Api::clone(stack) }
    }

    /// Posts the frame to each of these with the SDK's client.
    pub async fn sdk(&self, connections: &[String], frame: &str) {
        let posts = stream::iter(connections).map(|id| {
            let post = self.sdk.post_to_connection().connection_id(id);
            post.data(Blob::new(frame)).send()
        });
        let posts = posts.buffer_unordered(IN_FLIGHT);
        posts.for_each(async |answer| drop(answer.expect("a post"))).await;
    }

    /// The same without a signature of the day: the header is made up, and the edge takes it.
    pub async fn bare(&self, connections: &[String], frame: &str) {
        let posts = stream::iter(connections).map(|id| {
            self.api.ask(self.api.management(Method::POST, "prod", id).body(frame.to_owned()))
        });
        let posts = posts.buffer_unordered(IN_FLIGHT);
        posts.for_each(async |reply| assert_eq!(reply.status, 200)).await;
    }
}
