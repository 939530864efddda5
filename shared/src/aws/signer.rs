//! Requests with AWS's signature, version 4, as the SDK makes them.

use std::time::SystemTime;

use aws_credential_types::provider::error::CredentialsError;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningError, SigningSettings, sign},
    sign::v4::{SigningParams, signing_params::BuildError},
};
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::{
    client::{identity::Identity, orchestrator::HttpRequest},
    http::HttpError,
};
use aws_types::{SdkConfig, region::Region};
use tokio::time::{Instant, error::Elapsed, timeout_at};

use super::{Question, credentials::CachedCredentials};

/// Whom a signature is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// A deployed API of API Gateway.
    ExecuteApi,
    SecretsManager,
}

impl Service {
    /// Its name in the scope of a signature.
    fn name(self) -> &'static str {
        match self {
            Self::ExecuteApi => "execute-api",
            Self::SecretsManager => "secretsmanager",
        }
    }
}

/// Why a request could not be signed.
#[derive(Debug, thiserror::Error)]
pub(super) enum SignError {
    #[error("no region is configured")]
    NoRegion,
    #[error("there are no credentials")]
    NoCredentials(#[from] CredentialsError),
    #[error("the credentials took too long")]
    SlowCredentials(#[from] Elapsed),
    #[error("the request has no valid address")]
    Address(#[from] HttpError),
    #[error("the signature is incomplete")]
    Incomplete(#[from] BuildError),
    #[error("the request could not be signed")]
    Signature(#[from] SigningError),
}

#[derive(Debug)]
pub(super) struct Signer {
    service: Service,
    region: Option<Region>,
    credentials: CachedCredentials,
    clock: SharedTimeSource,
    /// The defaults are those of the SDK: API Gateway compares the path encoded twice.
    settings: SigningSettings,
}

impl Signer {
    pub fn new(sdk: &SdkConfig, service: Service) -> Self {
        Self {
            service,
            region: sdk.region().cloned(),
            credentials: CachedCredentials::new(sdk.credentials_provider()),
            clock: sdk.time_source().unwrap_or_default(),
            settings: SigningSettings::default(),
        }
    }

    /// The request that asks this.
    pub async fn request(
        &self,
        question: &Question<'_>,
        ends_at: Instant,
    ) -> Result<HttpRequest, SignError> {
        let now = self.clock.now();
        let identity = match self.credentials.cached(now) {
            Some(identity) => identity,
            None => timeout_at(ends_at, self.credentials.load(now)).await??,
        };
        self.sign(question, &identity, now)
    }

    fn sign(
        &self,
        question: &Question<'_>,
        identity: &Identity,
        now: SystemTime,
    ) -> Result<HttpRequest, SignError> {
        let Question { method, uri, headers, payload } = *question;
        let region = self.region.as_ref().ok_or(SignError::NoRegion)?;
        let params = SigningParams::builder()
            .identity(identity)
            .region(region.as_ref())
            .name(self.service.name())
            .time(now)
            .settings(self.settings.clone())
            .build()?
            .into();
        let length = (method == "POST").then_some(("content-length", payload.length.as_str()));
        let plain = headers.iter().copied().chain(length);
        let hash = SignableBody::Precomputed(payload.sha256.clone());
        let signable = SignableRequest::new(method, uri, plain.clone(), hash)?;
        let (signature, _) = sign(signable, &params)?.into_parts();

        let mut request = HttpRequest::new(payload.body());
        request.set_method(method)?;
        request.set_uri(uri)?;
        let headers = request.headers_mut();
        for (name, value) in plain {
            headers.try_insert(name, value.to_owned())?;
        }
        for header in signature.into_parts().0 {
            headers.try_insert(header.name(), header.value().to_owned())?;
        }
        Ok(request)
    }
}
