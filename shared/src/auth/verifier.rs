//! Checking an access token: one pinned algorithm, a signature, a lifetime.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Header, Validation, decode, decode_header, errors::ErrorKind};

use super::{Claims, KeyError, KeySource, TokenError, keys::Keys};

pub use jsonwebtoken::Algorithm;

/// Longest token that is looked at, in bytes.
const LONGEST: usize = 8_192;

/// How far the clocks of the issuer and of this server may be apart.
const LEEWAY_SECONDS: u64 = 60;

/// Furthest expiry that is accepted: a token for ever is a mistake of its issuer.
const LONGEST_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 366);

/// What a token must fulfil besides its signature and lifetime.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The one algorithm. A token's own word on it decides nothing.
    pub algorithm: Algorithm,
    /// `iss`, when it is to be checked.
    pub issuer: Option<String>,
    /// `aud`, when it is to be checked. Keys at an address need it.
    pub audience: Option<String>,
}

#[derive(Debug)]
pub struct Verifier {
    validation: Validation,
    keys: Keys,
}

impl Verifier {
    /// A verifier with these rules and keys.
    pub async fn new(rules: Rules, source: KeySource) -> Result<Self, KeyError> {
        if matches!(source, KeySource::Url(_)) && rules.audience.is_none() {
            return Err(KeyError::NoAudience);
        }
        let keys = Keys::load(rules.algorithm, source).await?;
        Ok(Self { validation: validation(rules), keys })
    }

    /// The claims of a valid token.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        if token.is_empty() {
            return Err(TokenError::Missing);
        }
        if token.len() > LONGEST {
            return Err(TokenError::Invalid);
        }
        let header = decode_header(token).map_err(|_| TokenError::Invalid)?;
        if !self.validation.algorithms.contains(&header.alg) || demands_more(&header) {
            return Err(TokenError::Invalid);
        }
        let key = self.keys.find(header.kid.as_deref(), now).await?;
        let claims: Claims = match decode(token, &key, &self.validation) {
            Ok(token) => token.claims,
            Err(error) if matches!(error.kind(), ErrorKind::ExpiredSignature) => {
                return Err(TokenError::Expired);
            }
            Err(_) => return Err(TokenError::Invalid),
        };
        let latest = now.as_second().saturating_add(LONGEST_LIFETIME.as_secs());
        (claims.expires_at <= latest).then_some(claims).ok_or(TokenError::Invalid)
    }
}

/// Whether the token must not be read by who does not know an extension (RFC 7515, 4.1.11), or is
/// encrypted or compressed: none of that is known here.
fn demands_more(header: &Header) -> bool {
    header.crit.is_some() || header.enc.is_some() || header.zip.is_some()
}

fn validation(rules: Rules) -> Validation {
    let mut validation = Validation::new(rules.algorithm);
    let mut required = vec!["exp"];
    validation.leeway = LEEWAY_SECONDS;
    validation.validate_nbf = true;
    validation.validate_aud = rules.audience.is_some();
    if let Some(audience) = rules.audience {
        validation.set_audience(&[audience]);
        required.push("aud");
    }
    if let Some(issuer) = rules.issuer {
        validation.set_issuer(&[issuer]);
        required.push("iss");
    }
    validation.set_required_spec_claims(&required);
    validation
}
