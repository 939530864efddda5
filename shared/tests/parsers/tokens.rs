//! Access tokens.

use std::sync::LazyLock;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use futures_util::FutureExt;
use jiff::Timestamp;
use jsonwebtoken::{EncodingKey, Header, encode};
use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::json;
use shared::auth::{Algorithm, KeySource, Rules, TokenError, Verifier};

use crate::{
    inputs::{damaged, json, object},
    often, senders_mistake,
};

const SECRET: &str = "a secret that only these tests know";

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let rules = Rules { algorithm: Algorithm::HS256, issuer: None, audience: None };
    now(Verifier::new(rules, KeySource::Secret(SECRET.to_owned()))).unwrap()
});

/// With a secret there is nothing to wait for.
fn now<T>(work: impl Future<Output = T>) -> T {
    work.now_or_never().expect("nothing is fetched")
}

fn verified(token: &str) -> Result<u64, TokenError> {
    now(VERIFIER.verify(token, Timestamp::UNIX_EPOCH)).map(|claims| claims.user.get())
}

fn good() -> String {
    let claims = json!({ "sub": "7", "exp": 4_000_000_000_u64 });
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    encode(&Header::default(), &claims, &key).unwrap()
}

fn refused(token: &str) -> Result<(), TestCaseError> {
    match verified(token) {
        Ok(user) => Err(TestCaseError::fail(format!("{token} is taken for user {user}'s"))),
        Err(error) => senders_mistake(error),
    }
}

proptest! {
    #![proptest_config(often())]

    #[test]
    fn any_text(token in any::<String>()) {
        refused(&token)?;
    }

    #[test]
    fn any_parts(
        header in object(&["alg", "typ", "kid", "jwk", "x5u", "crit"]),
        claims in json(),
        signature in any::<[u8; 32]>(),
        is_signed in any::<bool>(),
    ) {
        let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let signature = if is_signed { part(&signature) } else { String::new() };
        let head = [part(header.to_string().as_bytes()), part(claims.to_string().as_bytes())];
        refused(&format!("{}.{}.{signature}", head[0], head[1]))?;
    }

    #[test]
    fn any_claims_under_a_good_signature(claims in object(&["sub", "exp", "nbf", "iat", "name", "aud"])) {
        let key = EncodingKey::from_secret(SECRET.as_bytes());
        let token = encode(&Header::default(), &claims, &key).unwrap();
        if let Err(error) = verified(&token) {
            senders_mistake(error)?;
        }
    }

    #[test]
    fn a_token_that_was_changed(token in damaged(good())) {
        let token = String::from_utf8_lossy(&token);
        if token != good() {
            refused(&token)?;
        }
    }
}
