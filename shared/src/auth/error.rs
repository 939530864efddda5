//! Why a token is refused, and why no token can be checked.

use std::path::PathBuf;

use super::strength::{SHORTEST_MODULUS, SHORTEST_SECRET};

/// Why a token is not accepted. One sentence each, and never a part of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("an access token is needed, in the header accessToken or Authorization: Bearer")]
    Missing,
    /// It is not one of ours, or not well formed.
    #[error("the access token is not valid")]
    Invalid,
    /// It was one of ours.
    #[error("the access token has expired")]
    Expired,
    /// The keys to check it with cannot be had at the moment.
    #[error("the access token cannot be checked at the moment")]
    Unchecked,
}

/// Why tokens cannot be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Too short to keep anybody out.
    #[error("the token secret must have at least {SHORTEST_SECRET} bytes, this has {0}")]
    ShortSecret(usize),
    /// An HMAC algorithm with public keys, or the other way round.
    #[error("{0:?} tokens cannot be checked with such a key")]
    WrongFamily(jsonwebtoken::Algorithm),
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
    /// Shorter ones have been factored.
    #[error("an RSA key must have {SHORTEST_MODULUS} bits or more")]
    ShortModulus,
    /// Every key of the set is for something else.
    #[error("the key set has no key that checks {0:?} signatures: use sig, and 2,048 bits for RSA")]
    NoUsableKey(jsonwebtoken::Algorithm),
    /// Whoever has an account with the provider has a token that it signed.
    #[error("keys at an address need JWT_AUDIENCE: they sign tokens for other applications too")]
    NoAudience,
    /// Keys are only taken from where nobody can change them on the way.
    #[error("the token keys' address must start with https:// (http:// only on this machine)")]
    InsecureUrl,
}
