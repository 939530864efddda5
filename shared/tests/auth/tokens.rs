//! Which tokens are accepted.

use std::time::{Duration, Instant};

use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};
use shared::auth::{Algorithm, KeySource, Rules, TokenError, Verifier};

use crate::issuer::{OTHER_RSA, RSA, SECRET, after, claims, hmac, now, verifier, with};

async fn hs256() -> Verifier {
    verifier(Algorithm::HS256, KeySource::Secret(SECRET.to_owned())).await
}

async fn outcome(verifier: &Verifier, token: &str) -> Result<u64, TokenError> {
    verifier.verify(token, now()).await.map(|claims| claims.user.get())
}

/// The token with another header, its signature cut off.
fn unsigned(header: &Value) -> String {
    let key = EncodingKey::from_secret(b"");
    let part = |value: &Value| {
        let token = encode(&Header::default(), value, &key).expect("a token");
        token.split('.').nth(1).expect("a payload").to_owned()
    };
    format!("{}.{}.", part(header), part(&claims()))
}

#[tokio::test]
async fn a_token_names_its_user_as_text_or_number() {
    let verifier = hs256().await;
    for (subject, user) in
        [(json!("7"), 7), (json!(7), 7), (json!("9007199254740991"), 9_007_199_254_740_991)]
    {
        let token = hmac(Algorithm::HS256, SECRET, &with("sub", subject.clone()));
        assert_eq!(outcome(&verifier, &token).await, Ok(user), "{subject}");
    }
}

#[tokio::test]
async fn a_subject_that_is_no_user_id_is_refused() {
    let verifier = hs256().await;
    let subjects = [
        json!(0),
        json!("0"),
        json!(-1),
        json!("-1"),
        json!("abc"),
        json!(1.5),
        json!("1.5"),
        json!("07"),
        json!(" 7"),
        json!("9007199254740992"),
        json!(1e300),
        json!(true),
        json!(["7"]),
        json!({ "id": 7 }),
        json!(""),
        Value::Null,
    ];
    for subject in subjects {
        let token = hmac(Algorithm::HS256, SECRET, &with("sub", subject.clone()));
        assert_eq!(outcome(&verifier, &token).await, Err(TokenError::Invalid), "{subject}");
    }
}

#[tokio::test]
async fn a_token_lives_between_its_times_with_a_minute_of_leeway() {
    let verifier = hs256().await;
    for (name, value, expected) in [
        ("exp", json!(after(-55)), Ok(7)),
        ("exp", json!(after(-65)), Err(TokenError::Expired)),
        ("exp", json!(0), Err(TokenError::Expired)),
        ("exp", json!(-1), Err(TokenError::Invalid)),
        ("exp", Value::Null, Err(TokenError::Invalid)),
        ("exp", json!("9999999999"), Err(TokenError::Invalid)),
        ("exp", json!(u64::MAX), Err(TokenError::Invalid)),
        ("exp", json!(i64::MAX), Err(TokenError::Invalid)),
        ("exp", json!(after(365 * 86_400)), Ok(7)),
        ("exp", json!(after(400 * 86_400)), Err(TokenError::Invalid)),
        ("nbf", json!(after(55)), Ok(7)),
        ("nbf", json!(after(65)), Err(TokenError::Invalid)),
        ("nbf", json!("soon"), Err(TokenError::Invalid)),
    ] {
        let token = hmac(Algorithm::HS256, SECRET, &with(name, value.clone()));
        assert_eq!(outcome(&verifier, &token).await, expected, "{name}: {value}");
    }
}

#[tokio::test]
async fn no_other_algorithm_or_key_than_the_pinned_one_is_accepted() {
    let verifier = hs256().await;
    for token in [
        hmac(Algorithm::HS384, SECRET, &claims()),
        hmac(Algorithm::HS512, SECRET, &claims()),
        hmac(Algorithm::HS256, "another secret, as long as the first", &claims()),
        hmac(Algorithm::HS256, "", &claims()),
        RSA.sign(&claims()),
        unsigned(&json!({ "alg": "none" })),
        unsigned(&json!({ "alg": "None", "typ": "JWT" })),
        unsigned(&json!({ "alg": "HS256" })),
        unsigned(&json!({ "typ": "JWT" })),
        unsigned(&json!({ "alg": ["HS256"] })),
    ] {
        assert_eq!(outcome(&verifier, &token).await, Err(TokenError::Invalid), "{token}");
    }
}

#[tokio::test]
async fn a_token_that_demands_an_extension_or_is_encrypted_or_compressed_is_refused() {
    let verifier = hs256().await;
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("enc", json!("A128GCM")),
        ("zip", json!("DEF")),
        ("zip", json!("none")),
    ] {
        let header = json!({ "alg": "HS256", name: value });
        let header: Header = serde_json::from_value(header).expect("a header");
        let token = encode(&header, &claims(), &key).expect("a token");
        assert_eq!(outcome(&verifier, &token).await, Err(TokenError::Invalid), "{name}: {value}");
    }
}

#[tokio::test]
async fn a_public_key_is_no_secret() {
    let verifier = RSA.verifier(KeySource::Pem(RSA.public.to_owned())).await;
    assert_eq!(outcome(&verifier, &RSA.sign(&claims())).await, Ok(7));
    for token in [
        hmac(Algorithm::HS256, RSA.public, &claims()),
        hmac(Algorithm::HS256, RSA.public.trim_end(), &claims()),
        hmac(Algorithm::HS512, RSA.public, &claims()),
        OTHER_RSA.sign(&claims()),
        unsigned(&json!({ "alg": "none" })),
        unsigned(&json!({ "alg": "RS256" })),
        unsigned(&json!({ "alg": "RS256", "jwk": OTHER_RSA.jwk() })),
    ] {
        assert_eq!(outcome(&verifier, &token).await, Err(TokenError::Invalid), "{token}");
    }
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let verifier = hs256().await;
    let good = hmac(Algorithm::HS256, SECRET, &claims());
    let [header, payload, signature] = *good.split('.').collect::<Vec<_>>() else {
        panic!("a token has three parts");
    };
    assert_eq!(outcome(&verifier, "").await, Err(TokenError::Missing));
    for garbage in [
        " ".to_owned(),
        ".".to_owned(),
        "..".to_owned(),
        "not a token".to_owned(),
        "Bearer".to_owned(),
        "사용자.7.은".to_owned(),
        format!("Bearer {good}"),
        format!("{good}."),
        format!("{good}="),
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}.{header}.{signature}"),
        format!("{payload}.{payload}.{signature}"),
        format!(".{payload}.{signature}"),
        format!("{header}..{signature}"),
        format!("{header}.{payload}.{}", &signature[1..]),
    ] {
        assert_eq!(outcome(&verifier, &garbage).await, Err(TokenError::Invalid), "{garbage:?}");
    }
    assert_eq!(outcome(&verifier, &good).await, Ok(7));
}

#[tokio::test]
async fn a_token_of_a_megabyte_is_refused_at_once() {
    let verifier = hs256().await;
    let signed = hmac(Algorithm::HS256, SECRET, &with("name", "x".repeat(1_000_000).into()));
    for token in [signed, "x".repeat(1_000_000), ".".repeat(1_000_000)] {
        let started = Instant::now();
        for _ in 0..1_000 {
            assert_eq!(outcome(&verifier, &token).await, Err(TokenError::Invalid));
        }
        // Decoding or hashing it a thousand times takes seconds.
        assert!(started.elapsed() < Duration::from_millis(200), "took {:?}", started.elapsed());
    }
}

#[tokio::test]
async fn issuer_and_audience_are_checked_when_they_are_configured() {
    let rules = Rules {
        algorithm: Algorithm::HS256,
        issuer: Some("https://id.example".to_owned()),
        audience: Some("chat".to_owned()),
    };
    let verifier = Verifier::new(rules, KeySource::Secret(SECRET.to_owned())).await.unwrap();
    let ours = json!("https://id.example");
    for (issuer, audience, expected) in [
        (ours.clone(), json!("chat"), Ok(7)),
        (ours.clone(), json!(["shop", "chat"]), Ok(7)),
        (ours.clone(), json!("shop"), Err(TokenError::Invalid)),
        (ours.clone(), json!([]), Err(TokenError::Invalid)),
        (ours, Value::Null, Err(TokenError::Invalid)),
        (json!("https://id.example.evil"), json!("chat"), Err(TokenError::Invalid)),
        (Value::Null, json!("chat"), Err(TokenError::Invalid)),
    ] {
        let mut says = with("aud", audience);
        if !issuer.is_null() {
            says["iss"] = issuer;
        }
        let token = hmac(Algorithm::HS256, SECRET, &says);
        assert_eq!(outcome(&verifier, &token).await, expected, "{says}");
    }
}

#[tokio::test]
async fn an_issuer_or_audience_that_nobody_asked_for_is_no_obstacle() {
    let mut says = with("iss", "https://anyone.example".into());
    says["aud"] = json!(["anything"]);
    let token = hmac(Algorithm::HS256, SECRET, &says);
    assert_eq!(outcome(&hs256().await, &token).await, Ok(7));
}

#[tokio::test]
async fn profile_claims_are_taken_over_unless_they_break_a_rule() {
    let verifier = hs256().await;
    let profile = async |name: &str, value: Value| {
        let token = hmac(Algorithm::HS256, SECRET, &with(name, value));
        verifier.verify(&token, now()).await.expect("claims").profile()
    };
    let kept = profile("username", "john".into()).await;
    assert_eq!(kept.username.map(String::from).as_deref(), Some("john"));
    for broken in [json!(7), json!(""), json!("x".repeat(5_000)), json!({ "first": "John" })] {
        assert_eq!(profile("name", broken.clone()).await.name, None, "{broken}");
    }
}

#[tokio::test]
async fn why_a_token_is_refused_is_one_sentence_without_the_token() {
    let verifier = hs256().await;
    let token = hmac(Algorithm::HS384, SECRET, &claims());
    let refused = outcome(&verifier, &token).await.unwrap_err().to_string();
    assert_eq!(refused, "the access token is not valid");
}
