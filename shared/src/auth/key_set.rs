//! A JSON Web Key Set at an address: fetched when needed, kept, and refreshed within bounds.

use std::{error::Error, sync::Arc, time::Duration};

use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{http::HttpConnector, orchestrator::HttpRequest};
use aws_smithy_types::byte_stream::ByteStream;
use jsonwebtoken::{DecodingKey, jwk::JwkSet};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

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
    // The SDK's own HTTP client: it follows no redirects.
    connector: Connector,
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
        let tls = Provider::Rustls(CryptoMode::Ring);
        let connector = Connector::builder().tls_provider(tls).build();
        Ok(Self { url, connector, state: Mutex::default() })
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
            let fetched = timeout(TIMEOUT, self.fetch()).await;
            match fetched.unwrap_or_else(|_| Err("no answer in time".into())) {
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
