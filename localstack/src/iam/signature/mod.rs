//! AWS's signature, version 4, from the side that checks it.
//!
//! It is calculated again with the caller's secret. The key for that is derived once a day: it is
//! half of the work.

mod authorization;
mod canonical;

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use dashmap::DashMap;

use super::{Credentials, Refusal, SignedRequest};
pub use authorization::Authorization;

/// Keys by access key id and service, with the day that they are for.
#[derive(Debug, Default)]
pub struct SigningKeys(DashMap<(String, String), DayKey>);

#[derive(Debug, Clone)]
struct DayKey {
    date: String,
    key: Vec<u8>,
}

impl SigningKeys {
    /// Refuses a request that was changed since it was signed, or signed with another secret.
    pub fn verify(
        &self,
        authorization: &Authorization,
        credentials: &Credentials,
        request: SignedRequest,
    ) -> Result<(), Refusal> {
        let text = canonical::string_to_sign(authorization, request)?;
        let key = self.of(authorization, credentials);
        let expected = calculate_signature(key, text.as_bytes());
        if equal(expected.as_bytes(), authorization.signature.as_bytes()) {
            Ok(())
        } else {
            Err(Refusal::WrongSignature)
        }
    }

    fn of(&self, authorization: &Authorization, credentials: &Credentials) -> Vec<u8> {
        let Authorization { service, region, date, time, .. } = *authorization;
        let place = (credentials.access_key.clone(), service.to_owned());
        if let Some(kept) = self.0.get(&place).filter(|kept| kept.date == date) {
            return kept.key.clone();
        }
        let key = generate_signing_key(&credentials.secret, time.into(), region, service);
        let key = key.as_ref().to_vec();
        self.0.insert(place, DayKey { date: date.to_owned(), key: key.clone() });
        key
    }
}

/// Takes as long wherever the first difference is, so that nobody can guess byte by byte.
fn equal(one: &[u8], other: &[u8]) -> bool {
    let differing = one.iter().zip(other).fold(0, |differing, (a, b)| differing | (a ^ b));
    one.len() == other.len() && differing == 0
}
