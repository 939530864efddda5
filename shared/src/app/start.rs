//! Starting a function process: its clients and keys, built once and warmed.

use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::{
    self as dynamodb,
    config::{BehaviorVersion, Region, retry::RetryConfig, timeout::TimeoutConfig},
};
use aws_smithy_async::{rt::sleep::TokioSleep, time::SystemTimeSource};
use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpConnector, http_client_fn,
};
use aws_types::SdkConfig;

use super::{
    App,
    secret::{SecretError, secret},
};
use crate::{
    auth::{KeyError, KeySource, Verifier},
    aws::Limits,
    broadcast::{Broadcaster, Management},
    calls::CountCalls,
    config::{Aws, Config},
    store::{RetryCancelled, Store},
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
    Secret(#[from] SecretError),
}

/// How long opening a connection may take.
const CONNECT: Duration = Duration::from_secs(1);

impl App {
    /// Builds the clients and opens their connections: on Lambda's first call a TLS handshake and
    /// the credentials cost more than the handler does.
    pub async fn start(config: Config, checks_tokens: bool) -> Result<Self, StartError> {
        let http = connections(config.is_without_tls());
        let sdk = sdk_config(&config.aws, http.clone());
        let verifier =
            if checks_tokens { Some(verifier(&config, &sdk, http.clone()).await?) } else { None };
        let store = Store::new(dynamodb_client(&sdk, &config.aws), &config.table_name)
            .with_quotas(config.quotas);
        let endpoint = &config.management_endpoint;
        let management = Management::new(&sdk, http, endpoint, Limits::default());
        let broadcaster = Broadcaster::new(store.clone(), management)
            .with_metrics(config.metrics_namespace.clone())
            .with_shared_emails(config.share_emails);
        tokio::join!(store.warm(), broadcaster.warm());
        Ok(Self { config, store, broadcaster, verifier })
    }
}

/// The process's connections: one pool for posts and for all clients of the SDK, which would each
/// open their own if their limits differed.
///
/// Without TLS no authorities are read: a laptop has hundreds, and they took a third of a first answer.
fn connections(without_tls: bool) -> SharedHttpConnector {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT);
    let connector = Connector::builder().connector_settings(settings.build());
    SharedHttpConnector::new(if without_tls {
        connector.build_http()
    } else {
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    })
}

/// The credentials are those that Lambda gave: `aws-config` would look for others, and its clients
/// for STS and SSO would be most of what a function carries.
fn sdk_config(aws: &Aws, http: SharedHttpConnector) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(aws.region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(aws.credentials.clone()))
        .time_source(SystemTimeSource::new())
        .sleep_impl(TokioSleep::new())
        .http_client(http_client_fn(move |_, _| http.clone()))
        .build()
}

async fn verifier(
    config: &Config,
    sdk: &SdkConfig,
    http: SharedHttpConnector,
) -> Result<Verifier, StartError> {
    let tokens = config.tokens.clone();
    let keys = match (tokens.keys, tokens.secret_arn) {
        (Some(keys), _) => keys,
        (None, Some(arn)) => KeySource::Secret(secret(&config.aws, sdk, http, &arn).await?),
        (None, None) => return Err(StartError::NoKey),
    };
    Ok(Verifier::new(tokens.rules, keys).await?)
}

/// A conflict of two transactions passes within milliseconds, so retries start early.
///
/// An id that was given out is stored within the operation's limit or never: readers count on it.
fn dynamodb_client(sdk: &SdkConfig, aws: &Aws) -> dynamodb::Client {
    let retries = RetryConfig::standard().with_max_attempts(8);
    let limits = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(8));
    let mut config = dynamodb::config::Builder::from(sdk);
    config.set_endpoint_url(aws.dynamodb.clone());
    let config = config
        .retry_config(retries.with_initial_backoff(Duration::from_millis(20)))
        .retry_classifier(RetryCancelled)
        .interceptor(CountCalls)
        .timeout_config(limits.build());
    dynamodb::Client::from_conf(config.build())
}
