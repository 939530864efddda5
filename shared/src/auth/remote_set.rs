//! A JSON Web Key Set at an address: fetched when needed, kept, and refreshed within bounds.
//!
//! Whoever has a key that serves waits for nobody: one of them fetches the set when it is time, and
//! the others go on with the one that is there. Only a token whose key is not known waits.

use std::{
    error::Error,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{http::HttpConnector, orchestrator::HttpRequest};
use aws_smithy_types::byte_stream::ByteStream;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey};
use tokio::{sync::Mutex, time::timeout};

use super::{KeyError, TokenError, key_set::KeySet};

/// A set this old is fetched again. If that fails, it serves on.
const FRESH_FOR: SignedDuration = SignedDuration::from_mins(10);

/// A set this old counts for nothing: keys are withdrawn because somebody else has them.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

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
    algorithm: Algorithm,
    // The SDK's own HTTP client: it follows no redirects.
    connector: Connector,
    state: RwLock<State>,
    // Held while fetching, so that many tokens at once cause one fetch.
    fetching: Mutex<()>,
}

#[derive(Debug, Clone, Default)]
struct State {
    set: Option<Fetched>,
    tried_at: Option<Timestamp>,
}

#[derive(Debug, Clone)]
struct Fetched {
    keys: Arc<KeySet>,
    at: Timestamp,
}

impl State {
    /// The set, while it counts.
    fn set(&self, now: Timestamp) -> Option<&Fetched> {
        self.set.as_ref().filter(|set| !has_passed(KEPT_FOR, Some(set.at), now))
    }

    fn find(&self, kid: Option<&str>, now: Timestamp) -> Result<Arc<DecodingKey>, TokenError> {
        let set = self.set(now).ok_or(TokenError::Unchecked)?;
        set.keys.find(kid).ok_or(TokenError::Invalid)
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        self.set(now).is_some_and(|set| !has_passed(FRESH_FOR, Some(set.at), now))
    }

    fn may_fetch(&self, now: Timestamp) -> bool {
        let pause = if self.set(now).is_some() { PAUSE } else { PAUSE_WITHOUT_KEYS };
        has_passed(pause, self.tried_at, now)
    }
}

/// Or as much the other way: the clock was set back.
fn has_passed(time: SignedDuration, since: Option<Timestamp>, now: Timestamp) -> bool {
    since.is_none_or(|since| now.duration_since(since).abs() >= time)
}

impl RemoteSet {
    pub fn new(url: String, algorithm: Algorithm) -> Result<Self, KeyError> {
        let on_this_machine =
            ["http://127.0.0.1:", "http://localhost:"].iter().any(|prefix| url.starts_with(prefix));
        if !url.starts_with("https://") && !on_this_machine {
            return Err(KeyError::InsecureUrl);
        }
        let tls = Provider::Rustls(CryptoMode::Ring);
        let connector = Connector::builder().tls_provider(tls).build();
        let (state, fetching) = (RwLock::default(), Mutex::default());
        Ok(Self { url, algorithm, connector, state, fetching })
    }

    pub async fn find(
        &self,
        kid: Option<&str>,
        now: Timestamp,
    ) -> Result<Arc<DecodingKey>, TokenError> {
        let state = self.state();
        let known = state.find(kid, now);
        if (known.is_ok() && state.is_fresh(now)) || !state.may_fetch(now) {
            return known;
        }
        let turn = match known {
            Ok(_) => self.fetching.try_lock().ok(),
            Err(_) => Some(self.fetching.lock().await),
        };
        if turn.is_none() {
            return known;
        }
        // Somebody else may have tried while this one waited.
        if self.state().may_fetch(now) {
            self.refresh(now).await;
        }
        self.state().find(kid, now)
    }

    async fn refresh(&self, now: Timestamp) {
        let fetched = timeout(TIMEOUT, self.fetch()).await;
        let fetched = fetched.unwrap_or_else(|_| Err("no answer in time".into()));
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.tried_at = Some(now);
        match fetched {
            Ok(keys) => state.set = Some(Fetched { keys: Arc::new(keys), at: now }),
            Err(error) => tracing::warn!(error, "the token keys could not be fetched"),
        }
    }

    fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn fetch(&self) -> Result<KeySet, Box<dyn Error + Send + Sync>> {
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
        let keys = KeySet::read(&body, self.algorithm)?;
        // A set that would refuse everybody does not take the place of one that does not.
        if keys.is_empty() { Err("the answer has no usable key".into()) } else { Ok(keys) }
    }
}
