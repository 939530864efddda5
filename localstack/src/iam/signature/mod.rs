//! AWS's signature, version 4, from the side that checks it: it is calculated again with the
//! caller's secret.

mod authorization;
mod canonical;

use std::sync::{Mutex, PoisonError};

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};

use super::{Refusal, SignedRequest};
pub use authorization::Authorization;

/// The keys that a secret was last turned into, one for each service and day.
#[derive(Debug, Default)]
pub struct SigningKeys(Mutex<Vec<SigningKey>>);

/// The keys of two services, today's and those of the day before.
const KEPT: usize = 4;

#[derive(Debug, Clone)]
struct SigningKey {
    scope: String,
    bytes: [u8; 32],
}

impl SigningKeys {
    /// Refuses a request that was changed since it was signed, or signed with another secret.
    pub fn verify(
        &self,
        authorization: &Authorization,
        secret: &str,
        request: SignedRequest,
    ) -> Result<(), Refusal> {
        let text = canonical::string_to_sign(authorization, request)?;
        let expected = calculate_signature(self.of(authorization, secret), text.as_bytes());
        if equal(expected.as_bytes(), authorization.signature.as_bytes()) {
            Ok(())
        } else {
            Err(Refusal::WrongSignature)
        }
    }

    fn of(&self, authorization: &Authorization, secret: &str) -> [u8; 32] {
        let Authorization { scope, service, region, time, .. } = *authorization;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = kept.iter().find(|key| key.scope == scope) {
            return key.bytes;
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(generate_signing_key(secret, time.into(), region, service).as_ref());
        kept.truncate(KEPT - 1);
        kept.insert(0, SigningKey { scope: scope.to_owned(), bytes });
        bytes
    }
}

/// Takes as long wherever the first difference is, so that nobody can guess byte by byte.
pub fn equal(one: &[u8], other: &[u8]) -> bool {
    let differing = one.iter().zip(other).fold(0, |differing, (a, b)| differing | (a ^ b));
    one.len() == other.len() && differing == 0
}
