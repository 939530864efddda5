//! Starting a function process: its clients and keys, built once and warmed.

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_apigatewaymanagement as management;
use aws_sdk_dynamodb as dynamodb;
use aws_sdk_secretsmanager as secrets;
use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpConnector, http_client_fn,
};

use super::App;
use crate::{
    auth::{KeyError, KeySource, Verifier},
    broadcast::{Broadcaster, Limits, Poster},
    calls::CountCalls,
    config::{Config, Tokens},
    store::{RetryConflicts, Store},
};

/// Why a function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Tokens are to be checked, and no key is named.
    #[error(
        "tokens cannot be checked: set JWT_SECRET or JWT_SECRET_ARN (HS256), or JWT_KEYS (RS256, ES256)"
    )]
    NoKey,
    /// The key is of no use.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Secrets Manager did not hand out the secret.
    #[error("the token secret cannot be read from Secrets Manager")]
    Secret(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// How long opening a connection may take.
const CONNECT: Duration = Duration::from_secs(1);

impl App {
    /// Builds the clients and opens their connections: on Lambda's first call a TLS handshake and
    /// the credentials cost more than the handler does.
    pub async fn start(config: Config, checks_tokens: bool) -> Result<Self, StartError> {
        let http = connections();
        let sdk = sdk_config(http.clone()).await;
        let verifier =
            if checks_tokens { Some(verifier(&sdk, config.tokens.clone()).await?) } else { None };
        let store = Store::new(dynamodb_client(&sdk), &config.table_name);
        let management = management_client(&sdk, &config.management_endpoint);
        let poster = Poster::new(&sdk, http, &config.management_endpoint, Limits::default());
        let broadcaster = Broadcaster::new(store.clone(), poster, management)
            .with_metrics(config.metrics_namespace.clone());
        tokio::join!(store.warm(), broadcaster.warm());
        Ok(Self { config, store, broadcaster, verifier })
    }
}

/// The process's connections: one pool for posts and for all clients of the SDK, which would each
/// open their own if their limits differed.
fn connections() -> SharedHttpConnector {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT);
    let connector = Connector::builder()
        .connector_settings(settings.build())
        .tls_provider(Provider::Rustls(CryptoMode::Ring));
    SharedHttpConnector::new(connector.build())
}

async fn sdk_config(http: SharedHttpConnector) -> SdkConfig {
    let http = http_client_fn(move |_, _| http.clone());
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await
}

async fn verifier(sdk: &SdkConfig, tokens: Tokens) -> Result<Verifier, StartError> {
    let keys = match (tokens.keys, tokens.secret_arn) {
        (Some(keys), _) => keys,
        (None, Some(arn)) => KeySource::Secret(secret(sdk, arn).await?),
        (None, None) => return Err(StartError::NoKey),
    };
    Ok(Verifier::new(tokens.rules, keys).await?)
}

/// Read when the process starts, so that the secret stands in no template, console or backup.
async fn secret(sdk: &SdkConfig, arn: String) -> Result<String, StartError> {
    let answer = secrets::Client::new(sdk).get_secret_value().secret_id(arn).send().await;
    let answer = answer.map_err(|error| StartError::Secret(error.into()))?;
    answer.secret_string.ok_or(StartError::NoKey)
}

/// A conflict of two transactions passes within milliseconds, so retries start early.
///
/// An id that was given out is stored within the operation's limit or never: readers count on it.
fn dynamodb_client(sdk: &SdkConfig) -> dynamodb::Client {
    let retries = RetryConfig::standard().with_max_attempts(8);
    let config = dynamodb::config::Builder::from(sdk)
        .retry_config(retries.with_initial_backoff(Duration::from_millis(20)))
        .retry_classifier(RetryConflicts)
        .interceptor(CountCalls)
        .timeout_config(limits(Duration::from_secs(3), Duration::from_secs(8)));
    dynamodb::Client::from_conf(config.build())
}

/// For what is rare: closing sockets and looking at them.
fn management_client(sdk: &SdkConfig, endpoint: &str) -> management::Client {
    let retries = RetryConfig::standard().with_max_attempts(4);
    let config = management::config::Builder::from(sdk)
        .endpoint_url(endpoint)
        .retry_config(retries.with_initial_backoff(Duration::from_millis(50)))
        .timeout_config(limits(Duration::from_secs(1), Duration::from_secs(2)));
    management::Client::from_conf(config.build())
}

fn limits(attempt: Duration, operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(attempt)
        .operation_timeout(operation)
        .build()
}
