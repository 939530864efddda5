//! Where keys come from: PEM, a set, a file with either.

use std::{fs, path::PathBuf};

use serde_json::json;
use shared::auth::{Algorithm, KeyError, KeySource, Rules, TokenError, Verifier};

use crate::issuer::{
    EC, KeyPair, OTHER_EC, OTHER_RSA, RSA, SECRET, SHORT_RSA, claims, hmac, key_set, now,
};

async fn outcome(verifier: &Verifier, token: &str) -> Result<u64, TokenError> {
    verifier.verify(token, now()).await.map(|claims| claims.user.get())
}

/// A file for this test, and only for it.
fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("a file");
    path
}

fn source(text: &str) -> KeySource {
    text.parse().expect("any text names a source")
}

async fn refusal(algorithm: Algorithm, source: KeySource) -> KeyError {
    refusal_of(Rules { algorithm, issuer: None, audience: None }, source).await
}

async fn refusal_of(rules: Rules, source: KeySource) -> KeyError {
    Verifier::new(rules, source).await.expect_err("a refusal")
}

async fn expect_only(verifier: &Verifier, key: KeyPair, other: KeyPair) {
    assert_eq!(outcome(verifier, &key.sign(&claims())).await, Ok(7), "{}", key.name);
    assert_eq!(outcome(verifier, &key.sign_namelessly(&claims())).await, Ok(7), "{}", key.name);
    let foreign = outcome(verifier, &other.sign(&claims())).await;
    assert_eq!(foreign, Err(TokenError::Invalid), "{}", other.name);
    let foreign = outcome(verifier, &other.sign_namelessly(&claims())).await;
    assert_eq!(foreign, Err(TokenError::Invalid), "{}", other.name);
}

#[tokio::test]
async fn a_public_key_checks_as_pem_as_a_set_and_from_a_file() {
    for (key, other) in [(RSA, OTHER_RSA), (EC, OTHER_EC)] {
        let set = key_set(&[key]);
        let pem_file = file(&format!("{} pem", key.name), key.public);
        let set_file = file(&format!("{} set", key.name), &format!("\n {set}"));
        for text in
            [key.public, &set, &pem_file.display().to_string(), &set_file.display().to_string()]
        {
            expect_only(&key.verifier(source(text)).await, key, other).await;
        }
    }
}

#[tokio::test]
async fn a_set_of_several_keys_needs_to_be_told_which() {
    let verifier = RSA.verifier(source(&key_set(&[OTHER_RSA, RSA]))).await;
    for key in [RSA, OTHER_RSA] {
        assert_eq!(outcome(&verifier, &key.sign(&claims())).await, Ok(7));
        let nameless = outcome(&verifier, &key.sign_namelessly(&claims())).await;
        assert_eq!(nameless, Err(TokenError::Invalid));
    }
    let renamed = KeyPair { name: OTHER_RSA.name, ..RSA };
    assert_eq!(outcome(&verifier, &renamed.sign(&claims())).await, Err(TokenError::Invalid));
}

#[tokio::test]
async fn keys_of_other_kinds_in_a_set_are_neither_used_nor_in_the_way() {
    let symmetric =
        json!({ "kty": "oct", "kid": "shared", "k": "c2VjcmV0LXRoYXQtaXMtaW4tdGhlLXNldA" });
    let set = json!({ "keys": [
        { "kty": "OKP", "crv": "X448", "kid": "x448", "x": "AAAA" },
        { "kty": "AKP", "alg": "ML-DSA-44", "kid": "later", "pub": "AAAA" },
        symmetric,
        EC.jwk(),
        RSA.jwk(),
    ]});
    let verifier = RSA.verifier(source(&set.to_string())).await;
    assert_eq!(outcome(&verifier, &RSA.sign(&claims())).await, Ok(7));
    assert_eq!(outcome(&verifier, &EC.sign(&claims())).await, Err(TokenError::Invalid));
    for name in ["shared", "x448", "later", EC.name] {
        let renamed = KeyPair { name, ..RSA };
        let token = renamed.sign(&claims());
        assert_eq!(outcome(&verifier, &token).await, Err(TokenError::Invalid), "{name}");
    }
    let confused = hmac(Algorithm::HS256, "secret-that-is-in-the-set", &claims());
    assert_eq!(outcome(&verifier, &confused).await, Err(TokenError::Invalid));
}

#[tokio::test]
async fn a_key_of_a_set_that_is_meant_for_something_else_checks_nothing() {
    for (says, value, usable) in [
        ("use", json!("enc"), false),
        ("use", json!("signature"), false),
        ("key_ops", json!(["encrypt"]), false),
        ("alg", json!("RS512"), false),
        ("alg", json!("PS256"), false),
        ("alg", json!("RSA-OAEP"), false),
        ("alg", json!("ML-DSA-44"), false),
        ("alg", json!("RS256"), true),
        ("use", json!("sig"), true),
        ("key_ops", json!(["verify"]), true),
    ] {
        let mut jwk = RSA.jwk();
        jwk[says] = value.clone();
        let set = json!({ "keys": [jwk, OTHER_RSA.jwk()] }).to_string();
        let came = outcome(&RSA.verifier(source(&set)).await, &RSA.sign(&claims())).await;
        let expected = if usable { Ok(7) } else { Err(TokenError::Invalid) };
        assert_eq!(came, expected, "{says}: {value}");
    }
}

#[tokio::test]
async fn a_key_that_does_not_say_what_it_is_for_checks_what_its_type_can() {
    let mut jwk = RSA.jwk();
    jwk.as_object_mut()
        .unwrap()
        .retain(|name, _| ["kty", "kid", "n", "e"].contains(&name.as_str()));
    let verifier = RSA.verifier(source(&json!({ "keys": [jwk] }).to_string())).await;
    assert_eq!(outcome(&verifier, &RSA.sign(&claims())).await, Ok(7));
}

#[tokio::test]
async fn an_rsa_key_of_less_than_2048_bits_is_refused() {
    let short = refusal(Algorithm::RS256, source(SHORT_RSA.public)).await;
    assert!(matches!(short, KeyError::ShortModulus), "{short}");
    let short = refusal(Algorithm::RS256, source(&key_set(&[SHORT_RSA]))).await;
    assert!(matches!(short, KeyError::NoUsableKey(Algorithm::RS256)), "{short}");
    let verifier = RSA.verifier(source(&key_set(&[SHORT_RSA, RSA]))).await;
    let token = SHORT_RSA.sign(&claims());
    assert_eq!(outcome(&verifier, &token).await, Err(TokenError::Invalid));
}

#[tokio::test]
async fn keys_at_an_address_need_an_audience() {
    let open = refusal(Algorithm::RS256, source("https://id.example/keys")).await;
    assert!(matches!(open, KeyError::NoAudience), "{open}");
}

#[tokio::test]
async fn a_secret_of_less_than_32_bytes_is_refused() {
    let short = refusal(Algorithm::HS256, KeySource::Secret("x".repeat(31))).await;
    assert!(matches!(short, KeyError::ShortSecret(31)), "{short}");
    let rules = Rules { algorithm: Algorithm::HS256, issuer: None, audience: None };
    assert!(Verifier::new(rules, KeySource::Secret("x".repeat(32))).await.is_ok());
}

#[tokio::test]
async fn keys_that_do_not_suit_the_algorithm_are_refused_at_start() {
    let wrong = refusal(Algorithm::HS256, source(RSA.public)).await;
    assert!(matches!(wrong, KeyError::WrongFamily(Algorithm::HS256)), "{wrong}");
    let wrong = refusal(Algorithm::RS256, KeySource::Secret(SECRET.to_owned())).await;
    assert!(matches!(wrong, KeyError::WrongFamily(Algorithm::RS256)), "{wrong}");
    for unsupported in [Algorithm::HS512, Algorithm::PS256, Algorithm::EdDSA] {
        let wrong = refusal(unsupported, KeySource::Secret(SECRET.to_owned())).await;
        assert!(matches!(wrong, KeyError::Unsupported), "{wrong}");
    }
    for (algorithm, pem) in [(Algorithm::ES256, RSA.public), (Algorithm::RS256, EC.public)] {
        let wrong = refusal(algorithm, source(pem)).await;
        assert!(matches!(wrong, KeyError::Pem(_)), "{wrong}");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_read_are_refused_at_start() {
    let broken = refusal(Algorithm::RS256, source("-----BEGIN PUBLIC KEY-----\nx\n")).await;
    assert!(matches!(broken, KeyError::Pem(_)), "{broken}");
    for set in ["{}", r#"{"keys": 7}"#, "{"] {
        let broken = refusal(Algorithm::RS256, source(set)).await;
        assert!(matches!(broken, KeyError::Jwks(_)), "{set}: {broken}");
    }
    let missing = refusal(Algorithm::RS256, source("/nowhere/keys.json")).await;
    assert!(missing.to_string().contains("/nowhere/keys.json"), "{missing}");
    for address in ["http://id.example/keys", "http://127.0.0.1.evil.example/keys"] {
        let audience = Some("chat".to_owned());
        let rules = Rules { algorithm: Algorithm::RS256, issuer: None, audience };
        let insecure = refusal_of(rules, source(address)).await;
        assert!(matches!(insecure, KeyError::InsecureUrl), "{address}: {insecure}");
    }
}

#[test]
fn a_source_never_shows_what_it_holds() {
    for source in [KeySource::Secret(SECRET.to_owned()), source(RSA.public)] {
        let shown = format!("{source:?}");
        assert!(shown.len() < 12 && !shown.contains(SECRET), "{shown}");
    }
}
