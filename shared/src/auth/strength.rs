//! Keys that keep nobody out.

use jsonwebtoken::{AlgorithmFamily, DecodingKey, DecodingKeyKind};
use rsa::{BigUint, RsaPublicKey, pkcs1::DecodeRsaPublicKey, traits::PublicKeyParts};

/// Shortest HMAC secret, in bytes: what its hash is long (RFC 7518, 3.2).
pub(super) const SHORTEST_SECRET: usize = 32;

/// Shortest RSA modulus, in bits (RFC 7518, 3.3).
pub(super) const SHORTEST_MODULUS: usize = 2_048;

/// Whether a public key is long enough. Those of elliptic curves all are.
pub(super) fn is_strong(key: &DecodingKey) -> bool {
    match (key.family(), key.kind()) {
        (AlgorithmFamily::Rsa, DecodingKeyKind::RsaModulusExponent { n, .. }) => {
            BigUint::from_bytes_be(n).bits() >= SHORTEST_MODULUS
        }
        (AlgorithmFamily::Rsa, DecodingKeyKind::SecretOrDer(der)) => {
            RsaPublicKey::from_pkcs1_der(der).is_ok_and(|key| key.n().bits() >= SHORTEST_MODULUS)
        }
        _ => true,
    }
}
