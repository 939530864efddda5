//! Tickets: one socket each, within thirty seconds, once.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tests::{
    Account, Api, Reply,
    account::{guarded, trusting},
    socket::Refusal,
};
use uuid::Uuid;

const EXPIRED: &str = "the ticket has expired";
const UNKNOWN: &str = "the ticket is unknown or has been used";
const MISSING: &str = "the query parameter ticket is missing";

/// How the chat closes a socket that was opened with this query.
async fn closed_with(api: &Api, query: &str) -> (u16, String) {
    let socket = api.socket(&format!("/chat{query}")).await;
    socket.expect("the handshake completes").closed().await
}

#[tokio::test]
async fn a_ticket_is_a_random_uuid_for_thirty_seconds() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let issue = async || -> Reply { ada.post("/chat/ticket", &json!({})).await };
    let (first, second) = (issue().await, issue().await);
    for answer in [&first, &second] {
        let body = answer.expect(200);
        let ticket: Uuid = body["ticket"].as_str().unwrap().parse().unwrap();
        assert_eq!(ticket.get_version_num(), 4);
        assert_eq!(answer.text, format!(r#"{{"ticket":"{ticket}","expiresIn":30}}"#));
    }
    assert_ne!(first.text, second.text);
}

#[tokio::test]
async fn a_ticket_opens_one_socket() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let query = format!("?ticket={}", ada.ticket().await);
    let mut socket = stack.socket(&format!("/chat{query}")).await.unwrap();

    for _ in 0..2 {
        assert_eq!(closed_with(&stack, &query).await, (1003, UNKNOWN.to_owned()));
    }

    ada.send(room, "the first one is open").await.expect(201);
    socket.expect(&ada.frame(room, 1, "the first one is open")).await;
}

#[tokio::test]
async fn of_fifty_sockets_with_one_ticket_exactly_one_stays() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let path = format!("/chat?ticket={}", ada.ticket().await);

    let mut sockets = join_all((0..50).map(|_| stack.socket(&path))).await;
    ada.send(room, "who is there?").await.expect(201);

    let outcomes = sockets.iter_mut().map(|socket| socket.as_mut().unwrap().next_or_closed());
    let (stayed, closed): (Vec<_>, Vec<_>) =
        join_all(outcomes).await.into_iter().partition(Result::is_ok);
    assert_eq!(stayed.len(), 1, "came {stayed:?}");
    assert!(closed.iter().all(|outcome| *outcome == Err((1003, UNKNOWN.to_owned()))), "{closed:?}");
}

#[tokio::test]
async fn a_ticket_that_is_missing_unknown_or_garbage_closes_the_socket() {
    let stack = guarded().start().await;
    for query in ["", "?", "?ticket", "?ticket=", "?Ticket=x", "?user_id=1", "?room_id=1"] {
        assert_eq!(closed_with(&stack, query).await, (1002, MISSING.to_owned()), "{query}");
    }
    let never_issued = Uuid::new_v4();
    for ticket in [
        never_issued.to_string(),
        never_issued.simple().to_string(),
        Uuid::nil().to_string(),
        "undefined".to_owned(),
        "garbage".to_owned(),
        "%00".to_owned(),
        "%ED%8B%B0%EC%BC%93".to_owned(),
        "x".repeat(2_000),
    ] {
        let closed = closed_with(&stack, &format!("?ticket={ticket}")).await;
        assert_eq!(closed, (1003, UNKNOWN.to_owned()), "{ticket}");
    }
}

#[tokio::test]
async fn another_spelling_of_a_ticket_is_another_ticket() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let ticket = ada.ticket().await;
    for other in [ticket.to_uppercase(), ticket.replace('-', ""), format!("%7B{ticket}%7D")] {
        let closed = closed_with(&stack, &format!("?ticket={other}")).await;
        assert_eq!(closed, (1003, UNKNOWN.to_owned()), "{other}");
    }
}

#[tokio::test]
async fn a_ticket_that_comes_after_thirty_seconds_closes_the_socket() {
    let stack = trusting().start().await;
    let ada = Account::create(&stack).await;
    let query = format!("?ticket={}", ada.ticket().await);

    // The only way through every layer: it is the time itself that is tested.
    tokio::time::sleep(Duration::from_secs(31)).await;

    assert_eq!(closed_with(&stack, &query).await, (1003, EXPIRED.to_owned()));
    assert_eq!(closed_with(&stack, &query).await, (1003, UNKNOWN.to_owned()), "it is used up");
}

#[tokio::test]
async fn a_strict_edge_refuses_the_handshake_as_api_gateway_does() {
    let stack = guarded().strict().start().await;
    let ada = Account::create(&stack).await;
    let refusal = async |query: &str| -> Refusal {
        stack.socket(&format!("/chat{query}")).await.expect_err("a refused handshake")
    };
    for query in ["", "?ticket=garbage", &format!("?ticket={}", Uuid::new_v4())] {
        assert_eq!(refusal(query).await.status, 401, "{query}");
    }
    let query = format!("?ticket={}", ada.ticket().await);
    stack.socket(&format!("/chat{query}")).await.unwrap();
    assert_eq!(refusal(&query).await.status, 401, "it is used up");
}
