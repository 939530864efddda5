//! Keys at an address: fetched once, kept, refreshed when it is time and no sooner.

use axum::http::StatusCode;
use futures_util::future::join_all;
use jiff::Timestamp;
use shared::auth::{Algorithm, KeySource, TokenError, Verifier};

use crate::{
    issuer::{EC, OTHER_RSA, RSA, SECRET, claims, hmac, later, now, verifier},
    key_server::KeyServer,
};

async fn outcome(verifier: &Verifier, token: &str, when: Timestamp) -> Result<u64, TokenError> {
    verifier.verify(token, when).await.map(|claims| claims.user.get())
}

#[tokio::test]
async fn many_tokens_at_once_cause_one_fetch() {
    let server = KeyServer::start(&[RSA]).await;
    let verifier = RSA.verifier(server.source()).await;
    let token = RSA.sign(&claims());

    let outcomes = join_all((0..50).map(|_| outcome(&verifier, &token, now()))).await;

    assert!(outcomes.iter().all(|outcome| *outcome == Ok(7)), "{outcomes:?}");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn keys_are_fetched_again_after_ten_minutes() {
    let server = KeyServer::start(&[RSA]).await;
    let verifier = RSA.verifier(server.source()).await;
    let token = RSA.sign(&claims());
    for (seconds, fetches) in [(0, 1), (599, 1), (601, 2), (700, 2), (1_300, 3)] {
        assert_eq!(outcome(&verifier, &token, later(seconds)).await, Ok(7));
        assert_eq!(server.count(), fetches, "after {seconds} s");
    }
}

#[tokio::test]
async fn a_new_key_is_found_and_a_withdrawn_one_is_forgotten() {
    let server = KeyServer::start(&[RSA]).await;
    let verifier = RSA.verifier(server.source()).await;
    let (old, new) = (RSA.sign(&claims()), OTHER_RSA.sign(&claims()));
    assert_eq!(outcome(&verifier, &old, now()).await, Ok(7));

    server.serve(&[OTHER_RSA]);

    assert_eq!(outcome(&verifier, &new, later(31)).await, Ok(7), "its name was not known");
    assert_eq!(outcome(&verifier, &old, later(31)).await, Err(TokenError::Invalid));
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn tokens_with_made_up_key_names_cause_one_fetch_in_thirty_seconds() {
    let server = KeyServer::start(&[RSA]).await;
    let verifier = RSA.verifier(server.source()).await;
    let made_up = OTHER_RSA.sign(&claims());
    for (seconds, fetches) in [(0, 1), (1, 1), (29, 1), (31, 2), (60, 2), (62, 3)] {
        for _ in 0..5 {
            let refused = outcome(&verifier, &made_up, later(seconds)).await;
            assert_eq!(refused, Err(TokenError::Invalid));
        }
        assert_eq!(server.count(), fetches, "after {seconds} s");
    }
}

#[tokio::test]
async fn without_keys_nothing_can_be_checked_until_the_server_is_back() {
    let server = KeyServer::start(&[RSA]).await;
    server.answer(StatusCode::SERVICE_UNAVAILABLE, String::new());
    let verifier = RSA.verifier(server.source()).await;
    let token = RSA.sign(&claims());
    for _ in 0..5 {
        assert_eq!(outcome(&verifier, &token, now()).await, Err(TokenError::Unchecked));
    }
    assert_eq!(server.count(), 1, "a server that is down is not stormed");

    server.serve(&[RSA]);

    assert_eq!(outcome(&verifier, &token, later(4)).await, Ok(7));
}

#[tokio::test]
async fn keys_that_were_fetched_serve_on_while_the_server_is_down() {
    let server = KeyServer::start(&[RSA]).await;
    let verifier = RSA.verifier(server.source()).await;
    let token = RSA.sign(&claims());
    assert_eq!(outcome(&verifier, &token, now()).await, Ok(7));
    for (status, body) in [
        (StatusCode::INTERNAL_SERVER_ERROR, String::new()),
        (StatusCode::OK, "not a set".to_owned()),
        (StatusCode::OK, " ".repeat(300_000)),
        (StatusCode::FOUND, String::new()),
    ] {
        server.answer(status, body);
        assert_eq!(outcome(&verifier, &token, later(3_000)).await, Ok(7), "{status}");
    }
}

#[tokio::test]
async fn nobody_listening_is_a_server_that_is_down() {
    let verifier = RSA.verifier(KeySource::Url("http://127.0.0.1:1/keys".to_owned())).await;
    let token = RSA.sign(&claims());
    assert_eq!(outcome(&verifier, &token, now()).await, Err(TokenError::Unchecked));
}

#[tokio::test]
async fn a_token_that_cannot_be_ours_causes_no_fetch() {
    let server = KeyServer::start(&[RSA]).await;
    let verifier = verifier(Algorithm::RS256, server.source()).await;
    for token in [
        "garbage".to_owned(),
        "x".repeat(1_000_000),
        hmac(Algorithm::HS256, SECRET, &claims()),
        hmac(Algorithm::HS256, RSA.public, &claims()),
        EC.sign(&claims()),
    ] {
        assert_eq!(outcome(&verifier, &token, now()).await, Err(TokenError::Invalid));
    }
    assert_eq!(server.count(), 0);
}
