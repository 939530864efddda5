//! The token secret, from Secrets Manager.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use aws_types::SdkConfig;
use serde::Deserialize;
use serde_json::json;

use crate::{
    aws::{Limits, Payload, Question, RequestError, Requests, Service},
    config::Aws,
};

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("the answer has no SecretString")]
    Answer(#[from] serde_json::Error),
}

const HEADERS: [(&str, &str); 2] = [
    ("content-type", "application/x-amz-json-1.1"),
    ("x-amz-target", "secretsmanager.GetSecretValue"),
];

/// A function is of no use without its secret, and one that fails to start is started anew.
const LIMITS: Limits = Limits {
    attempt: Duration::from_secs(2),
    request: Duration::from_secs(6),
    attempts: 4,
    first_pause: Duration::from_millis(100),
};

/// Reads the secret when the process starts, so that it stands in no template, console or backup.
pub(super) async fn secret(
    aws: &Aws,
    sdk: &SdkConfig,
    http: SharedHttpConnector,
    arn: &str,
) -> Result<String, SecretError> {
    let payload = Payload::new(json!({ "SecretId": arn }).to_string().into_bytes());
    let uri = aws.secrets_manager.clone().unwrap_or_else(|| address(&aws.region, arn));
    let requests = Requests::new(sdk, http, Service::SecretsManager, LIMITS);
    let question = Question { method: "POST", uri: &uri, headers: &HEADERS, payload: &payload };
    let answer: Secret = serde_json::from_slice(&requests.send(question).await?)?;
    Ok(answer.text)
}

#[derive(Deserialize)]
struct Secret {
    #[serde(rename = "SecretString")]
    text: String,
}

/// Secrets Manager of the region. China's has a domain of its own, and a partition in its ARNs.
fn address(region: &str, arn: &str) -> String {
    let domain = if arn.starts_with("arn:aws-cn:") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://secretsmanager.{region}.{domain}/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_that_of_the_region_and_of_its_partition() {
        for (region, partition, expected) in [
            ("eu-central-1", "aws", "https://secretsmanager.eu-central-1.amazonaws.com/"),
            ("cn-north-1", "aws-cn", "https://secretsmanager.cn-north-1.amazonaws.com.cn/"),
        ] {
            let arn = format!("arn:{partition}:secretsmanager:{region}:1:secret:jwt");
            assert_eq!(address(region, &arn), expected);
        }
    }
}
