//! The keys that tokens are checked with, and where they come from.

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc};

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};

use super::{
    KeyError, TokenError,
    key_set::KeySet,
    remote_set::RemoteSet,
    strength::{SHORTEST_SECRET, is_strong},
};

/// Where the keys are.
#[derive(Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A shared secret, for HS256.
    Secret(String),
    /// A public key in PEM.
    Pem(String),
    /// A JSON Web Key Set.
    Jwks(String),
    /// An address that serves a JSON Web Key Set.
    Url(String),
    /// A file with a public key in PEM or a JSON Web Key Set.
    File(PathBuf),
}

impl FromStr for KeySource {
    type Err = std::convert::Infallible;

    /// Public keys: the key or set itself, an `https` address, or a file name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        Ok(if text.starts_with("-----BEGIN") {
            Self::Pem(text.to_owned())
        } else if text.starts_with('{') {
            Self::Jwks(text.to_owned())
        } else if text.starts_with("https://") || text.starts_with("http://") {
            Self::Url(text.to_owned())
        } else {
            Self::File(text.into())
        })
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Secret(_) => "Secret(…)",
            Self::Pem(_) => "Pem(…)",
            Self::Jwks(_) => "Jwks(…)",
            Self::Url(_) => "Url(…)",
            Self::File(_) => "File(…)",
        })
    }
}

/// Keys, ready to check with.
#[derive(Debug)]
pub(super) enum Keys {
    One(Arc<DecodingKey>),
    Set(KeySet),
    Remote(RemoteSet),
}

impl Keys {
    pub async fn load(algorithm: Algorithm, source: KeySource) -> Result<Self, KeyError> {
        if !matches!(algorithm, Algorithm::HS256 | Algorithm::RS256 | Algorithm::ES256) {
            return Err(KeyError::Unsupported);
        }
        let hmac = algorithm.family() == AlgorithmFamily::Hmac;
        if hmac != matches!(source, KeySource::Secret(_)) {
            return Err(KeyError::WrongFamily(algorithm));
        }
        match source {
            KeySource::Secret(secret) if secret.len() < SHORTEST_SECRET => {
                Err(KeyError::ShortSecret(secret.len()))
            }
            KeySource::Secret(secret) => Ok(Self::one(DecodingKey::from_secret(secret.as_bytes()))),
            KeySource::Pem(pem) => public_key(algorithm, &pem).map(Self::one),
            KeySource::Jwks(json) => key_set(algorithm, &json).map(Self::Set),
            KeySource::Url(url) => RemoteSet::new(url, algorithm).map(Self::Remote),
            KeySource::File(path) => {
                let text = tokio::fs::read_to_string(&path).await;
                let text = text.map_err(|error| KeyError::File(path, error))?;
                if text.trim_start().starts_with('{') {
                    return key_set(algorithm, &text).map(Self::Set);
                }
                public_key(algorithm, &text).map(Self::one)
            }
        }
    }

    fn one(key: DecodingKey) -> Self {
        Self::One(Arc::new(key))
    }

    /// The key that the token names. A set without a name in the token serves if it has one key.
    pub async fn find(
        &self,
        kid: Option<&str>,
        now: Timestamp,
    ) -> Result<Arc<DecodingKey>, TokenError> {
        match self {
            Self::One(key) => Ok(Arc::clone(key)),
            Self::Set(set) => set.find(kid).ok_or(TokenError::Invalid),
            Self::Remote(remote) => remote.find(kid, now).await,
        }
    }
}

fn key_set(algorithm: Algorithm, json: &str) -> Result<KeySet, KeyError> {
    let set = KeySet::read(json.as_bytes(), algorithm).map_err(KeyError::Jwks)?;
    if set.is_empty() { Err(KeyError::NoUsableKey(algorithm)) } else { Ok(set) }
}

fn public_key(algorithm: Algorithm, pem: &str) -> Result<DecodingKey, KeyError> {
    let key = match algorithm.family() {
        AlgorithmFamily::Ec => DecodingKey::from_ec_pem(pem.as_bytes()),
        _ => DecodingKey::from_rsa_pem(pem.as_bytes()),
    };
    let key = key.map_err(KeyError::Pem)?;
    if is_strong(&key) { Ok(key) } else { Err(KeyError::ShortModulus) }
}
