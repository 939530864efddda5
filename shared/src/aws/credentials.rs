//! The SDK's credentials, kept until they expire.

use std::{
    sync::{PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use aws_credential_types::provider::{
    ProvideCredentials, SharedCredentialsProvider, error::CredentialsError,
};
use aws_smithy_runtime_api::client::identity::Identity;
use tokio::sync::Mutex;

/// So long before they expire the next ones are asked for: the SDK's own margin.
const MARGIN: Duration = Duration::from_secs(10);

/// So long are credentials kept that do not say when they expire, as in the SDK.
const UNLIMITED: Duration = Duration::from_mins(15);

/// The SDK has such a cache, which only its own clients can ask.
#[derive(Debug)]
pub(super) struct CachedCredentials {
    provider: Option<SharedCredentialsProvider>,
    cached: RwLock<Option<Cached>>,
    loading: Mutex<()>,
}

#[derive(Debug)]
struct Cached {
    identity: Identity,
    stale_at: SystemTime,
}

impl CachedCredentials {
    pub fn new(provider: Option<SharedCredentialsProvider>) -> Self {
        Self { provider, cached: RwLock::default(), loading: Mutex::default() }
    }

    /// The credentials, if they are still good.
    pub fn cached(&self, now: SystemTime) -> Option<Identity> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        cached.as_ref().filter(|cached| now < cached.stale_at).map(|cached| cached.identity.clone())
    }

    /// New credentials, asked for once by all that wait for them.
    pub async fn load(&self, now: SystemTime) -> Result<Identity, CredentialsError> {
        let _alone = self.loading.lock().await;
        if let Some(identity) = self.cached(now) {
            return Ok(identity);
        }
        let none = || CredentialsError::not_loaded("no credentials are configured");
        let credentials = self.provider.as_ref().ok_or_else(none)?.provide_credentials().await?;
        let expires_at = credentials.expiry().map(|expiry| expiry - MARGIN);
        let stale_at = expires_at.unwrap_or(now + UNLIMITED);
        let identity = Identity::from(credentials);
        let cached = Cached { identity: identity.clone(), stale_at };
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(cached);
        Ok(identity)
    }
}
