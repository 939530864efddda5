//! Public keys: tokens of an identity provider that shares no secret.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{Router, http::StatusCode, routing::get};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Reply, Stack,
    account::guarded,
    binaries,
    deadline::eventually,
    stack::Options,
    token::{SECRET, claims},
    user::fresh_id,
};
use tokio::net::TcpListener;

/// A key pair of the verifier's tests.
struct KeyPair {
    algorithm: Algorithm,
    private: &'static str,
    public: &'static str,
}

macro_rules! key {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../shared/tests/auth/keys/",
            $name,
            ".pem"
        ))
    };
}

const RSA: KeyPair =
    KeyPair { algorithm: Algorithm::RS256, private: key!("rsa"), public: key!("rsa.pub") };
const SHORT_RSA: KeyPair = KeyPair {
    algorithm: Algorithm::RS256,
    private: key!("short_rsa"),
    public: key!("short_rsa.pub"),
};
const EC: KeyPair =
    KeyPair { algorithm: Algorithm::ES256, private: key!("ec"), public: key!("ec.pub") };

impl KeyPair {
    fn private(&self) -> EncodingKey {
        let pem = self.private.as_bytes();
        match self.algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_pem(pem),
            _ => EncodingKey::from_rsa_pem(pem),
        }
        .expect("a private key")
    }

    fn token(&self) -> String {
        let header = Header { kid: Some("first".into()), ..Header::new(self.algorithm) };
        let mut claims = claims(7);
        claims["aud"] = "chat".into();
        encode(&header, &claims, &self.private()).expect("a token")
    }

    fn jwk(&self, kid: &str) -> Value {
        let jwk = Jwk::from_encoding_key(&self.private(), self.algorithm).expect("a key");
        let mut jwk: Value = serde_json::to_value(jwk).expect("JSON");
        jwk["kid"] = kid.into();
        jwk
    }

    fn key_set(&self) -> String {
        json!({ "keys": [self.jwk("first")] }).to_string()
    }

    /// A deployment whose keys are these.
    fn checked_with(&self, keys: &str) -> Options {
        let algorithm = format!("{:?}", self.algorithm);
        let options = guarded().parameter("JwtAlgorithm", algorithm).parameter("JwtKeys", keys);
        options.parameter("JwtAudience", "chat")
    }
}

async fn issue(stack: &Stack, token: &str) -> Reply {
    let request = stack.request(Method::POST, "/chat/ticket");
    stack.ask(request.header("accessToken", token)).await
}

async fn expect_only(stack: &Stack, key: &KeyPair) {
    issue(stack, &key.token()).await.expect(200);
    let other = if key.algorithm == Algorithm::RS256 { EC } else { RSA };
    let confused = |secret: &str| {
        let secret = EncodingKey::from_secret(secret.as_bytes());
        encode(&Header::default(), &claims(7), &secret).expect("a token")
    };
    for token in [other.token(), confused(key.public), confused(SECRET)] {
        assert_eq!(issue(stack, &token).await.refusal(401), "the access token is not valid");
    }
}

#[tokio::test]
async fn tokens_are_checked_with_a_public_key_in_pem() {
    for key in [RSA, EC] {
        expect_only(&key.checked_with(key.public).start().await, &key).await;
    }
}

#[tokio::test]
async fn tokens_are_checked_with_a_key_set() {
    for key in [RSA, EC] {
        expect_only(&key.checked_with(&key.key_set()).start().await, &key).await;
    }
}

#[tokio::test]
async fn a_key_that_is_short_or_meant_for_something_else_checks_no_token() {
    let mut for_encryption = RSA.jwk("first");
    for_encryption["use"] = "enc".into();
    let mut for_another_algorithm = RSA.jwk("first");
    for_another_algorithm["alg"] = "PS256".into();
    for (jwk, key) in
        [(for_encryption, RSA), (for_another_algorithm, RSA), (SHORT_RSA.jwk("first"), SHORT_RSA)]
    {
        let set = json!({ "keys": [jwk, RSA.jwk("second")] }).to_string();
        let stack = key.checked_with(&set).start().await;
        let refused = issue(&stack, &key.token()).await.refusal(401);
        assert_eq!(refused, "the access token is not valid", "{set}");
    }
}

#[test]
fn without_an_audience_no_chat_starts_with_public_keys() {
    let options = RSA.checked_with("http://127.0.0.1:1/keys").parameter("JwtAudience", "");
    let mut edge = options.spawn();
    assert!(!edge.ended().success(), "it starts without an audience");
    let said = edge.log.text();
    assert!(said.contains("Rules.KeysHaveAudience: JwtKeys needs JwtAudience"), "{said}");
}

#[tokio::test]
async fn tokens_are_checked_with_a_file_of_keys() {
    let path = binaries::target().join("tmp").join(format!("keys-{}", fresh_id()));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    for text in [RSA.public.to_owned(), RSA.key_set()] {
        fs::write(&path, text).unwrap();
        let stack = RSA.checked_with(&path.display().to_string()).start().await;
        expect_only(&stack, &RSA).await;
    }
    fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn tokens_are_checked_with_keys_at_an_address_once_it_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/keys", listener.local_addr().unwrap());
    let is_up = Arc::new(AtomicBool::new(false));
    let state = Arc::clone(&is_up);
    let keys = get(async move || {
        let is_up = state.load(Ordering::Relaxed);
        is_up.then(|| RSA.key_set()).ok_or(StatusCode::BAD_GATEWAY)
    });
    tokio::spawn(async { axum::serve(listener, Router::new().route("/keys", keys)).await });
    let stack = RSA.checked_with(&address).start().await;

    let unchecked = issue(&stack, &RSA.token()).await;
    assert_eq!(unchecked.refusal(503), "the server is busy, try again in a second");
    assert_eq!(unchecked.json()["error"]["code"], "unavailable");

    is_up.store(true, Ordering::Relaxed);
    eventually("the keys to be fetched", async || {
        (issue(&stack, &RSA.token()).await.status == 200).then_some(())
    })
    .await;
    expect_only(&stack, &RSA).await;
}
