//! A client of the stage as a function has it, but for its patience.

use std::time::Duration;

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider},
};
use aws_sdk_apigatewaymanagement::config::{BehaviorVersion, Region};
use aws_smithy_async::{rt::sleep::TokioSleep, time::SystemTimeSource};
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use aws_types::SdkConfig;
use shared::{
    aws::{Limits, Payload},
    broadcast::{Delivery, Management},
    domain::ConnectionId,
};

use crate::stage::Stage;

pub const ATTEMPTS: usize = 3;
pub const TOKEN: &str = "a-session-token";
pub const SECRET: &str = "a-secret-key";
const TEXT: &str = r#"{"type":"message"}"#;

/// Limits that end no test, with pauses too short to notice.
pub fn patient() -> Limits {
    Limits {
        attempt: Duration::from_secs(30),
        request: Duration::from_mins(1),
        attempts: ATTEMPTS.try_into().expect("a small number"),
        first_pause: Duration::from_millis(2),
    }
}

pub fn connector() -> SharedHttpConnector {
    SharedHttpConnector::new(Connector::builder().build_http())
}

pub fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET, Some(TOKEN.to_owned()), None, "a test")
}

/// The SDK's settings with these credentials.
pub fn sdk(provider: impl ProvideCredentials + 'static) -> SdkConfig {
    let http = connector();
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("ap-northeast-2"))
        .credentials_provider(SharedCredentialsProvider::new(provider))
        .time_source(SystemTimeSource::new())
        .sleep_impl(TokioSleep::new())
        .http_client(http_client_fn(move |_, _| http.clone()))
        .build()
}

pub fn management(stage: &Stage) -> Management {
    management_with(stage, patient())
}

pub fn management_with(stage: &Stage, limits: Limits) -> Management {
    Management::new(&sdk(credentials()), connector(), &stage.endpoint, limits)
}

/// Posts a frame to a socket.
pub async fn post(management: &Management) -> Delivery {
    management.post(&ConnectionId::new("L0SM9cOFvHcCIhw="), &Payload::new(TEXT.into())).await
}

/// The text of what failed, in which nothing secret may stand.
#[track_caller]
pub fn failure(delivery: Delivery) -> String {
    let Delivery::Failed(text) = delivery else { panic!("{delivery:?} is no failure") };
    for secret in [SECRET, TOKEN, TEXT] {
        assert!(!text.contains(secret), "{text}");
    }
    text
}
