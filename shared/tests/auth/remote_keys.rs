//! Keys at an address: fetched once, kept, refreshed when it is time and no sooner.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use futures_util::future::join_all;
use jiff::Timestamp;
use shared::auth::{Algorithm, KeySource, TokenError, Verifier};

use crate::{
    issuer::{EC, OTHER_RSA, RSA, SECRET, after, claims, hmac, later, now, verifier, with},
    key_server::KeyServer,
};

const DAY: i64 = 86_400;

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
        (StatusCode::OK, r#"{"keys":[]}"#.to_owned()),
        (StatusCode::FOUND, String::new()),
    ] {
        server.answer(status, body);
        assert_eq!(outcome(&verifier, &token, later(3_000)).await, Ok(7), "{status}");
    }
}

#[tokio::test]
async fn a_set_that_could_not_be_fetched_for_a_day_counts_for_nothing() {
    let server = KeyServer::start(&[RSA]).await;
    let verifier = RSA.verifier(server.source()).await;
    // Good for as long as it takes, so that only the age of the keys decides.
    let token = RSA.sign(&with("exp", after(2 * DAY).into()));
    assert_eq!(outcome(&verifier, &token, now()).await, Ok(7));
    server.answer(StatusCode::BAD_GATEWAY, String::new());

    assert_eq!(outcome(&verifier, &token, later(DAY - 60)).await, Ok(7));
    let refused = outcome(&verifier, &token, later(DAY + 60)).await;
    assert_eq!(refused, Err(TokenError::Unchecked));

    server.serve(&[RSA]);
    assert_eq!(outcome(&verifier, &token, later(DAY + 120)).await, Ok(7));
}

#[tokio::test]
async fn known_keys_serve_while_the_server_is_asked_and_does_not_answer() {
    let server = KeyServer::start(&[RSA]).await;
    let verifier = RSA.verifier(server.source()).await;
    let (known, unknown) = (RSA.sign(&claims()), OTHER_RSA.sign(&claims()));
    assert_eq!(outcome(&verifier, &known, now()).await, Ok(7));
    server.stall();
    for (asking, when) in [(&unknown, later(60)), (&known, later(900))] {
        let asked = server.count();
        let others = async {
            while server.count() == asked {
                tokio::task::yield_now().await;
            }
            let started = Instant::now();
            assert_eq!(outcome(&verifier, &known, when).await, Ok(7));
            started.elapsed()
        };
        let (_, took) = tokio::join!(outcome(&verifier, asking, when), others);
        assert!(took < Duration::from_millis(500), "waited {took:?}");
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
