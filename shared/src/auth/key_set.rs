//! A JSON Web Key Set at an address: fetched when needed, kept, and refreshed within bounds.

use std::{sync::Arc, time::Duration};

use jsonwebtoken::{DecodingKey, jwk::JwkSet};
use tokio::{sync::Mutex, time::Instant};

use super::{KeyError, TokenError, keys::pick};

/// A set this old is fetched again. If that fails, it serves on.
const FRESH_FOR: Duration = Duration::from_mins(10);

/// Tokens with an unknown key id cause at most one fetch in this time.
const PAUSE: Duration = Duration::from_secs(30);

const TIMEOUT: Duration = Duration::from_secs(2);

/// Largest answer that is read, in bytes.
const LARGEST: usize = 262_144;

/// A set of keys somewhere else.
#[derive(Debug)]
pub(super) struct RemoteSet {
    url: String,
    client: reqwest::Client,
    // Held while fetching, so that many tokens at once cause one fetch.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    set: Option<Arc<JwkSet>>,
    fetched_at: Option<Instant>,
    tried_at: Option<Instant>,
}

impl RemoteSet {
    pub fn new(url: String) -> Result<Self, KeyError> {
        let on_this_machine =
            ["http://127.0.0.1:", "http://localhost:"].iter().any(|prefix| url.starts_with(prefix));
        if !url.starts_with("https://") && !on_this_machine {
            return Err(KeyError::InsecureUrl);
        }
        // A process may have one already, then that serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(KeyError::Client)?;
        Ok(Self { url, client, state: Mutex::default() })
    }

    pub async fn find(&self, kid: Option<&str>) -> Result<Arc<DecodingKey>, TokenError> {
        let mut state = self.state.lock().await;
        let outdated = state.fetched_at.is_none_or(|at| at.elapsed() >= FRESH_FOR);
        let known = state.set.as_deref().and_then(|set| pick(set, kid));
        if !outdated && let Some(key) = known {
            return Ok(key);
        }
        if state.tried_at.is_none_or(|at| at.elapsed() >= PAUSE) {
            state.tried_at = Some(Instant::now());
            match self.fetch().await {
                Ok(set) => {
                    state.set = Some(Arc::new(set));
                    state.fetched_at = Some(Instant::now());
                }
                Err(error) => tracing::warn!(error, "the token keys could not be fetched"),
            }
        }
        let set = state.set.as_deref().ok_or(TokenError::Unchecked)?;
        pick(set, kid).ok_or(TokenError::Invalid)
    }

    async fn fetch(&self) -> Result<JwkSet, String> {
        let answer =
            self.client.get(&self.url).send().await.and_then(reqwest::Response::error_for_status);
        let mut answer = answer.map_err(|error| error.without_url().to_string())?;
        let mut body = Vec::new();
        while let Some(chunk) =
            answer.chunk().await.map_err(|error| error.without_url().to_string())?
        {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                return Err("the answer is too large".to_owned());
            }
        }
        serde_json::from_slice(&body).map_err(|error| error.to_string())
    }
}
