//! The keys that tokens are checked with, and where they come from.

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc};

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, jwk::JwkSet};

use super::{TokenError, key_set::RemoteSet};

/// Shortest HMAC secret, in bytes: what its hash is long (RFC 7518, 3.2).
const SHORTEST_SECRET: usize = 32;

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

/// Why tokens cannot be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Too short to keep anybody out.
    #[error("the token secret must have at least {SHORTEST_SECRET} bytes, this has {0}")]
    ShortSecret(usize),
    /// An HMAC algorithm with public keys, or the other way round.
    #[error("{0:?} tokens cannot be checked with such a key")]
    WrongFamily(Algorithm),
    /// The algorithm is not one that the chat takes.
    #[error("the token algorithm must be HS256, RS256 or ES256")]
    Unsupported,
    /// The file cannot be read.
    #[error("the token keys in {} cannot be read", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// Not a public key in PEM.
    #[error("the token key is not a public key in PEM")]
    Pem(#[source] jsonwebtoken::errors::Error),
    /// Not a JSON Web Key Set.
    #[error("the token keys are not a JSON Web Key Set")]
    Jwks(#[source] serde_json::Error),
    /// Keys are only taken from where nobody can change them on the way.
    #[error("the token keys' address must start with https:// (http:// only on this machine)")]
    InsecureUrl,
}

/// Keys, ready to check with.
#[derive(Debug)]
pub(super) enum Keys {
    One(Arc<DecodingKey>),
    Set(JwkSet),
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
            KeySource::Jwks(json) => {
                serde_json::from_str(&json).map(Self::Set).map_err(KeyError::Jwks)
            }
            KeySource::Url(url) => RemoteSet::new(url).map(Self::Remote),
            KeySource::File(path) => {
                let text = tokio::fs::read_to_string(&path).await;
                let text = text.map_err(|error| KeyError::File(path, error))?;
                if text.trim_start().starts_with('{') {
                    return serde_json::from_str(&text).map(Self::Set).map_err(KeyError::Jwks);
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
            Self::Set(set) => pick(set, kid).ok_or(TokenError::Invalid),
            Self::Remote(remote) => remote.find(kid, now).await,
        }
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

fn public_key(algorithm: Algorithm, pem: &str) -> Result<DecodingKey, KeyError> {
    let key = match algorithm.family() {
        AlgorithmFamily::Ec => DecodingKey::from_ec_pem(pem.as_bytes()),
        _ => DecodingKey::from_rsa_pem(pem.as_bytes()),
    };
    key.map_err(KeyError::Pem)
}
