//! What a function process has, built once: configuration, table and broadcaster.

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_apigatewaymanagement as management;
use aws_sdk_dynamodb as dynamodb;
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};

use crate::{
    broadcast::Broadcaster,
    config::Config,
    store::{RetryConflicts, Store},
};

/// The parts that handlers work with.
#[derive(Debug)]
pub struct App {
    /// The settings.
    pub config: Config,
    /// The table.
    pub store: Store,
    /// The sockets.
    pub broadcaster: Broadcaster,
}

impl App {
    /// Builds the clients and opens their connections: on Lambda's first call a TLS handshake and
    /// the credentials cost more than the handler does.
    pub async fn start(config: Config) -> Self {
        let sdk = sdk_config().await;
        let store = Store::new(dynamodb_client(&sdk), &config.table_name);
        let management = management_client(&sdk, &config.management_endpoint);
        let broadcaster = Broadcaster::new(store.clone(), management, config.presence_max_members);
        tokio::join!(store.warm(), broadcaster.warm());
        Self { config, store, broadcaster }
    }
}

async fn sdk_config() -> SdkConfig {
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await
}

/// A conflict of two transactions passes within milliseconds, so retries start early.
fn dynamodb_client(sdk: &SdkConfig) -> dynamodb::Client {
    let config = dynamodb::config::Builder::from(sdk)
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(8)
                .with_initial_backoff(Duration::from_millis(20)),
        )
        .retry_classifier(RetryConflicts)
        .timeout_config(attempts_of(Duration::from_secs(3)));
    dynamodb::Client::from_conf(config.build())
}

/// A socket that takes its time must not hold the broadcast: the client will see the gap.
fn management_client(sdk: &SdkConfig, endpoint: &str) -> management::Client {
    let config = management::config::Builder::from(sdk)
        .endpoint_url(endpoint)
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(4)
                .with_initial_backoff(Duration::from_millis(50)),
        )
        .timeout_config(attempts_of(Duration::from_secs(2)));
    management::Client::from_conf(config.build())
}

fn attempts_of(attempt: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(attempt)
        .build()
}
