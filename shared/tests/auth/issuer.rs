//! Whoever signs tokens here: with a secret, or with key pairs made for these tests.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};
use shared::auth::{Algorithm, KeySource, Rules, Verifier};

pub const SECRET: &str = "a secret that only these tests know";

/// A key pair and its name in a set.
#[derive(Debug, Clone, Copy)]
pub struct KeyPair {
    pub algorithm: Algorithm,
    pub name: &'static str,
    pub private: &'static str,
    pub public: &'static str,
}

pub const RSA: KeyPair = KeyPair {
    algorithm: Algorithm::RS256,
    name: "rsa",
    private: include_str!("keys/rsa.pem"),
    public: include_str!("keys/rsa.pub.pem"),
};
pub const OTHER_RSA: KeyPair = KeyPair {
    algorithm: Algorithm::RS256,
    name: "other rsa",
    private: include_str!("keys/other_rsa.pem"),
    public: include_str!("keys/other_rsa.pub.pem"),
};
/// Of 1,024 bits.
pub const SHORT_RSA: KeyPair = KeyPair {
    algorithm: Algorithm::RS256,
    name: "short rsa",
    private: include_str!("keys/short_rsa.pem"),
    public: include_str!("keys/short_rsa.pub.pem"),
};
pub const EC: KeyPair = KeyPair {
    algorithm: Algorithm::ES256,
    name: "ec",
    private: include_str!("keys/ec.pem"),
    public: include_str!("keys/ec.pub.pem"),
};
pub const OTHER_EC: KeyPair = KeyPair {
    algorithm: Algorithm::ES256,
    name: "other ec",
    private: include_str!("keys/other_ec.pem"),
    public: include_str!("keys/other_ec.pub.pem"),
};

impl KeyPair {
    pub fn private(&self) -> EncodingKey {
        let pem = self.private.as_bytes();
        match self.algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_pem(pem),
            _ => EncodingKey::from_rsa_pem(pem),
        }
        .expect("a private key")
    }

    /// A token that names its key.
    pub fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.name.to_owned()), ..Header::new(self.algorithm) };
        encode(&header, claims, &self.private()).expect("a token")
    }

    /// A token that does not.
    pub fn sign_namelessly(&self, claims: &Value) -> String {
        encode(&Header::new(self.algorithm), claims, &self.private()).expect("a token")
    }

    pub fn jwk(&self) -> Value {
        let jwk = Jwk::from_encoding_key(&self.private(), self.algorithm).expect("a key");
        let mut jwk = serde_json::to_value(jwk).expect("JSON");
        jwk["kid"] = self.name.into();
        jwk["use"] = "sig".into();
        jwk
    }

    pub async fn verifier(&self, source: KeySource) -> Verifier {
        verifier(self.algorithm, source).await
    }
}

/// A set of these keys, as it is served.
pub fn key_set(keys: &[KeyPair]) -> String {
    json!({ "keys": keys.iter().map(KeyPair::jwk).collect::<Vec<_>>() }).to_string()
}

/// A verifier for any issuer and, unless its keys are at an address, any audience.
pub async fn verifier(algorithm: Algorithm, source: KeySource) -> Verifier {
    let audience = matches!(source, KeySource::Url(_)).then(|| "chat".to_owned());
    let rules = Rules { algorithm, issuer: None, audience };
    Verifier::new(rules, source).await.expect("a verifier")
}

/// A token of this HMAC size, signed with the secret.
pub fn hmac(algorithm: Algorithm, secret: &str, claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(algorithm), claims, &key).expect("a token")
}

/// What a good token says: user 7, for an hour, to the chat.
pub fn claims() -> Value {
    json!({ "sub": "7", "exp": after(3_600), "aud": "chat" })
}

/// The same with another claim, or without it when it is null.
pub fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    match (claims.as_object_mut().expect("an object"), value) {
        (claims, Value::Null) => claims.remove(name),
        (claims, value) => claims.insert(name.to_owned(), value),
    };
    claims
}

/// Seconds since 1970, this many from now.
pub fn after(seconds: i64) -> i64 {
    now().as_second() + seconds
}

#[expect(clippy::disallowed_methods, reason = "tokens are for the time at which the tests run")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

pub fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}
