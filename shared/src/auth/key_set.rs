//! The keys of a JSON Web Key Set that tokens may be checked with.

use std::sync::Arc;

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{Jwk, JwkSet, KeyOperations, PublicKeyUse},
};

use super::strength::is_strong;

/// Keys by the name that tokens call them. What a set has besides is left out.
#[derive(Debug)]
pub(super) struct KeySet(Vec<(Option<String>, Arc<DecodingKey>)>);

impl KeySet {
    /// The keys for this algorithm.
    pub fn read(json: &[u8], algorithm: Algorithm) -> Result<Self, serde_json::Error> {
        let set: JwkSet = serde_json::from_slice(json)?;
        let usable = set.keys.into_iter().filter(|key| is_meant_for(key, algorithm));
        let keys = usable.filter_map(|jwk| {
            let key = DecodingKey::from_jwk(&jwk).ok()?;
            let suits = key.family() == algorithm.family() && is_strong(&key);
            suits.then(|| (jwk.common.key_id, Arc::new(key)))
        });
        Ok(Self(keys.collect()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key of this name. A token that names none has the key of a set that has only one.
    pub fn find(&self, kid: Option<&str>) -> Option<Arc<DecodingKey>> {
        let key = match (kid, self.0.as_slice()) {
            (Some(kid), keys) => keys.iter().find(|(name, _)| name.as_deref() == Some(kid)),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        key.map(|(_, key)| Arc::clone(key))
    }
}

/// What the set says of its key (RFC 7517, 4.2 to 4.4). Some providers leave `use` and `alg` out.
fn is_meant_for(key: &Jwk, algorithm: Algorithm) -> bool {
    let says = &key.common;
    says.public_key_use.as_ref().is_none_or(|meant| *meant == PublicKeyUse::Signature)
        && says.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify))
        && says.key_algorithm.is_none_or(|named| named == algorithm.into())
}
