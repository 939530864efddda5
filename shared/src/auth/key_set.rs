//! A JSON Web Key Set at an address: fetched when needed, kept, and refreshed within bounds.

use std::{error::Error, sync::Arc, time::Duration};

use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{http::HttpConnector, orchestrator::HttpRequest};
use aws_smithy_types::byte_stream::ByteStream;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{DecodingKey, jwk::JwkSet};
use tokio::{sync::Mutex, time::timeout};

use super::{KeyError, TokenError};

/// A set this old is fetched again. If that fails, it serves on.
const FRESH_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Tokens with an unknown key id cause at most one fetch in this time.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// The same while there is no set at all. Longer than [`TIMEOUT`], so that callers do not queue up
/// behind fetches that fail.
const PAUSE_WITHOUT_KEYS: SignedDuration = SignedDuration::from_secs(3);

const TIMEOUT: Duration = Duration::from_secs(2);

/// Largest answer that is read, in bytes.
const LARGEST: usize = 262_144;

/// A set of keys somewhere else.
#[derive(Debug)]
pub(super) struct RemoteSet {
    url: String,
    // The SDK's own HTTP client: it follows no redirects.
    connector: Connector,
    // Held while fetching, so that many tokens at once cause one fetch.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    set: Option<Arc<JwkSet>>,
    fetched_at: Option<Timestamp>,
    tried_at: Option<Timestamp>,
}

impl State {
    fn is_outdated(&self, now: Timestamp) -> bool {
        has_passed(FRESH_FOR, self.fetched_at, now)
    }

    fn may_fetch(&self, now: Timestamp) -> bool {
        let pause = if self.set.is_some() { PAUSE } else { PAUSE_WITHOUT_KEYS };
        has_passed(pause, self.tried_at, now)
    }
}

/// Or as much the other way: the clock was set back.
fn has_passed(time: SignedDuration, since: Option<Timestamp>, now: Timestamp) -> bool {
    since.is_none_or(|since| now.duration_since(since).abs() >= time)
}

impl RemoteSet {
    pub fn new(url: String) -> Result<Self, KeyError> {
        let on_this_machine =
            ["http://127.0.0.1:", "http://localhost:"].iter().any(|prefix| url.starts_with(prefix));
        if !url.starts_with("https://") && !on_this_machine {
            return Err(KeyError::InsecureUrl);
        }
        let tls = Provider::Rustls(CryptoMode::Ring);
        let connector = Connector::builder().tls_provider(tls).build();
        Ok(Self { url, connector, state: Mutex::default() })
    }

    pub async fn find(
        &self,
        kid: Option<&str>,
        now: Timestamp,
    ) -> Result<Arc<DecodingKey>, TokenError> {
        let mut state = self.state.lock().await;
        let known = state.set.as_deref().and_then(|set| pick(set, kid));
        if !state.is_outdated(now)
            && let Some(key) = known
        {
            return Ok(key);
        }
        if state.may_fetch(now) {
            state.tried_at = Some(now);
            let fetched = timeout(TIMEOUT, self.fetch()).await;
            match fetched.unwrap_or_else(|_| Err("no answer in time".into())) {
                Ok(set) => {
                    state.set = Some(Arc::new(set));
                    state.fetched_at = Some(now);
                }
                Err(error) => tracing::warn!(error, "the token keys could not be fetched"),
            }
        }
        let set = state.set.as_deref().ok_or(TokenError::Unchecked)?;
        pick(set, kid).ok_or(TokenError::Invalid)
    }

    async fn fetch(&self) -> Result<JwkSet, Box<dyn Error + Send + Sync>> {
        let answer = self.connector.call(HttpRequest::get(&self.url)?).await?;
        if !answer.status().is_success() {
            return Err(format!("the answer is {}", answer.status().as_u16()).into());
        }
        let (mut stream, mut body) = (ByteStream::new(answer.into_body()), Vec::new());
        while let Some(chunk) = stream.next().await {
            body.extend_from_slice(&chunk?);
            if body.len() > LARGEST {
                return Err("the answer is too large".into());
            }
        }
        Ok(serde_json::from_slice(&body)?)
    }
}

/// The key with this id in a set.
pub(super) fn pick(set: &JwkSet, kid: Option<&str>) -> Option<Arc<DecodingKey>> {
    let jwk = match (kid, set.keys.as_slice()) {
        (Some(kid), _) => set.find(kid)?,
        (None, [only]) => only,
        (None, _) => return None,
    };
    DecodingKey::from_jwk(jwk).ok().map(Arc::new)
}
