//! Access tokens over HTTP: the headers they come in, and one answer to all that are not good.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tests::{
    Account, Stack,
    account::guarded,
    token::{SECRET, after, claims, signed},
};

const MISSING: &str =
    "an access token is needed, in the header accessToken or Authorization: Bearer";
const INVALID: &str = "the access token is not valid";
const EXPIRED: &str = "the access token has expired";

fn hmac(algorithm: Algorithm, secret: &str) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(algorithm), &claims(1), &key).expect("a token")
}

/// A good token but for what its header says besides.
fn headed(name: &str, value: &Value) -> String {
    let header = json!({ "alg": "HS256", name: value });
    let header: Header = serde_json::from_value(header).expect("a header");
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    encode(&header, &claims(1), &key).expect("a token")
}

/// A good token with another claim, or without it when it is null.
fn with(name: &str, value: Value) -> String {
    let mut claims = claims(1);
    match value {
        Value::Null => drop(claims.as_object_mut().expect("an object").remove(name)),
        value => claims[name] = value,
    }
    signed(&claims)
}

async fn expect_unauthorised(stack: &Stack, case: &str, message: &str, token: &str) {
    for path in ["/chat/ticket", "/api/v1/chat/rooms"] {
        let headers: [fn(RequestBuilder, &str) -> RequestBuilder; 2] = [
            |request, token| request.header("accessToken", token),
            |request, token| request.header("authorization", format!("Bearer {token}")),
        ];
        for with_token in headers {
            let request = with_token(stack.request(Method::POST, path), token);
            let answer = stack.ask(request).await;
            assert_eq!(answer.refusal(401), message, "{case} on {path}");
            assert_eq!(answer.json()["error"]["code"], "invalid_token", "{case} on {path}");
        }
    }
}

#[tokio::test]
async fn a_token_that_is_not_good_is_answered_with_401_and_one_clear_message() {
    let stack = guarded().start().await;
    let good = signed(&claims(1));
    let none = format!("eyJhbGciOiJub25lIn0.{}.", good.split('.').nth(1).unwrap());
    for (case, message, token) in [
        ("empty", MISSING, String::new()),
        ("garbage", INVALID, "garbage".to_owned()),
        ("not quite a token", INVALID, "a.b.c".to_owned()),
        ("alg none", INVALID, none),
        ("another key", INVALID, hmac(Algorithm::HS256, "another secret, as long as the first")),
        ("HS384", INVALID, hmac(Algorithm::HS384, SECRET)),
        ("HS512", INVALID, hmac(Algorithm::HS512, SECRET)),
        ("crit", INVALID, headed("crit", &json!(["b64"]))),
        ("enc", INVALID, headed("enc", &json!("A128GCM"))),
        ("zip", INVALID, headed("zip", &json!("DEF"))),
        ("cut off", INVALID, good[..good.len() - 1].to_owned()),
        ("expired", EXPIRED, with("exp", after(-3_600).into())),
        ("no expiry", INVALID, with("exp", Value::Null)),
        ("a far expiry", INVALID, with("exp", after(86_400 * 3_650).into())),
        ("not yet valid", INVALID, with("nbf", after(3_600).into())),
        ("no subject", INVALID, with("sub", Value::Null)),
        ("subject 0", INVALID, with("sub", json!(0))),
        ("subject -1", INVALID, with("sub", json!("-1"))),
        ("subject abc", INVALID, with("sub", json!("abc"))),
        ("subject 1.5", INVALID, with("sub", json!(1.5))),
        ("over 8 KB", INVALID, with("name", "x".repeat(6_200).into())),
    ] {
        expect_unauthorised(&stack, case, message, &token).await;
    }
}

#[tokio::test]
async fn a_token_comes_in_either_header() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let (good, bad) = (ada.token.as_str(), "garbage");
    let bearer = |token| format!("Bearer {token}");
    for (headers, status) in [
        (vec![("accessToken", good.to_owned())], 200),
        (vec![("ACCESSTOKEN", good.to_owned())], 200),
        (vec![("Authorization", bearer(good))], 200),
        (vec![("authorization", format!("bearer {good}"))], 200),
        (vec![("accessToken", good.to_owned()), ("Authorization", bearer(bad))], 200),
        (vec![("accessToken", bad.to_owned()), ("Authorization", bearer(good))], 401),
        (vec![("Authorization", good.to_owned())], 401),
        (vec![("Authorization", format!("Basic {good}"))], 401),
        (vec![("Authorization", "Bearer".to_owned())], 401),
        (vec![("accessToken", bearer(good))], 401),
        (vec![("token", good.to_owned())], 401),
        (vec![], 401),
    ] {
        let request = stack.request(Method::POST, "/chat/ticket");
        let sent =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        let answer = stack.ask(sent).await;
        assert_eq!(answer.status, status, "{headers:?}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_token_in_the_query_or_in_a_cookie_is_none() {
    let stack = guarded().start().await;
    let good = signed(&claims(1));
    for path in [format!("/chat/ticket?accessToken={good}"), format!("/chat/ticket?token={good}")] {
        assert_eq!(stack.post(&path, &json!({ "accessToken": good })).await.refusal(401), MISSING);
    }
    let request = stack.request(Method::POST, "/chat/ticket");
    let request = request.header("cookie", format!("accessToken={good}"));
    assert_eq!(stack.ask(request).await.refusal(401), MISSING);
}

#[tokio::test]
async fn a_ticket_needs_a_token_also_where_callers_are_believed() {
    let stack = Stack::start().await;
    let answer = stack.post("/chat/ticket", &json!({ "user_id": 1 })).await;
    assert_eq!(answer.refusal(401), MISSING);
}

#[tokio::test]
async fn a_token_of_a_megabyte_is_refused_and_the_chat_goes_on() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let request = stack.request(Method::POST, "/chat/ticket");
    // The edge may stop reading such headers, and then the client cannot finish sending them.
    if let Ok(answer) = request.header("accessToken", "x".repeat(1_000_000)).send().await {
        assert!([401, 431].contains(&answer.status().as_u16()), "came {}", answer.status());
    }
    ada.ticket().await;
}
