//! What DynamoDB answers on a bad day. The engine never does, so these answers are written down.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use aws_smithy_http_client::Builder;
use axum::{Router, extract::State, http::StatusCode};
use serde_json::{Value, json};
use shared::{
    domain::{MessageId, RoomId},
    store::{Store, StoreError},
};
use tokio::net::TcpListener;

use crate::world::{acts::lease, at, client, nobody, socket, user};

/// Answers one request after the other; the last answer is given for ever.
#[derive(Debug, Clone, Default)]
struct Script(Arc<Mutex<Play>>);

#[derive(Debug, Default)]
struct Play {
    answers: VecDeque<(StatusCode, Value)>,
    requests: usize,
}

impl Script {
    async fn start(answers: impl IntoIterator<Item = (u16, Value)>) -> (Store, Self) {
        let status = |status| StatusCode::from_u16(status).expect("a status");
        let answers = answers.into_iter().map(|(code, body)| (status(code), body)).collect();
        let script = Self(Arc::new(Mutex::new(Play { answers, requests: 0 })));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let server =
            Router::new().fallback(async |script| Self::answer(script)).with_state(script.clone());
        tokio::spawn(async { axum::serve(listener, server).await });
        (Store::new(client(&endpoint, &Builder::new().build_http()), "chat"), script)
    }

    fn answer(State(Self(script)): State<Self>) -> (StatusCode, String) {
        let mut play = script.lock().expect("a script");
        play.requests += 1;
        let last = play.answers.len() == 1;
        let next = if last { play.answers.front().cloned() } else { play.answers.pop_front() };
        let (status, body) = next.expect("a script has an answer");
        (status, body.to_string())
    }

    /// How many requests came.
    fn requests(&self) -> usize {
        self.0.lock().expect("a script").requests
    }
}

fn fault(code: &str) -> (u16, Value) {
    (400, json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "no" }))
}

/// A transaction that was cancelled for one reason per item.
fn cancelled(reasons: &[&str]) -> (u16, Value) {
    let reasons: Vec<Value> = reasons.iter().map(|code| json!({ "Code": code })).collect();
    let (status, mut body) = fault("TransactionCanceledException");
    body["CancellationReasons"] = reasons.into();
    (status, body)
}

fn done() -> (u16, Value) {
    (200, json!({}))
}

fn room() -> RoomId {
    RoomId::try_from(1).expect("an id")
}

#[tokio::test]
async fn a_transaction_that_met_another_one_is_tried_again() {
    let conflict = cancelled(&["None", "TransactionConflict", "None", "None"]);
    let both = cancelled(&["ConditionalCheckFailed", "None", "None", "TransactionConflict"]);
    let (store, script) = Script::start([conflict, both, done()]).await;

    assert!(store.remove_member(room(), user(2)).await.unwrap());

    assert_eq!(script.requests(), 3);
}

/// A hot room has 1,000 write units a second: one of a transaction's items is refused, and no SDK
/// retries that.
#[tokio::test]
async fn a_transaction_of_which_an_item_was_throttled_is_tried_again() {
    for reason in ["ThrottlingError", "ProvisionedThroughputExceeded"] {
        let throttled = cancelled(&["None", "None", reason, "None"]);
        let both = cancelled(&["ConditionalCheckFailed", "None", reason, "None"]);
        let (store, script) = Script::start([throttled, both, done()]).await;

        assert!(store.remove_member(room(), user(2)).await.unwrap(), "{reason}");

        assert_eq!(script.requests(), 3, "{reason}");
    }
}

/// The first attempt was written, and its answer was lost. The second finds the lease taken by itself.
#[tokio::test]
async fn a_lease_whose_answer_was_lost_is_recognised_and_anothers_is_not() {
    let (own, others) = (lease(at(60)), lease(at(60)));
    for (holder, taken) in [(own, true), (others, false)] {
        let mut refused = fault("ConditionalCheckFailedException");
        refused.1["Item"] = json!({
            "id": { "N": "1" }, "name": { "S": "방" }, "created_by": { "N": "1" },
            "created_at": { "S": at(0).to_string() }, "member_count": { "N": "1" },
            "last_message_id": { "N": "3" }, "last_member_id": { "N": "1" },
            "lease_owner": { "S": holder.owner.to_string() },
            "lease_until": { "N": holder.until.as_millisecond().to_string() },
        });
        let unavailable = (500, json!({ "__type": "InternalServerError" }));
        let (store, script) = Script::start([unavailable, refused]).await;

        let room = store.take_lease(room(), None, own).await.unwrap();

        assert_eq!(room.is_some(), taken);
        assert_eq!(script.requests(), 2);
    }
}

#[tokio::test]
async fn a_condition_that_does_not_hold_is_not_tried_again() {
    let refused = cancelled(&["ConditionalCheckFailed", "None", "None", "None"]);
    let (store, script) = Script::start([refused]).await;

    assert!(!store.remove_member(room(), user(2)).await.unwrap());

    assert_eq!(script.requests(), 1);
}

#[tokio::test]
async fn a_single_write_that_met_a_transaction_is_tried_again() {
    let conflict = || fault("TransactionConflictException");
    let phone = socket(room(), user(2), "phone=");

    let (store, script) = Script::start([conflict(), done()]).await;
    store.check_again(&phone, at(0)).await.unwrap();
    assert_eq!(script.requests(), 2, "an update");

    let (store, script) = Script::start([conflict(), done()]).await;
    store.void(room(), MessageId::try_from(1).unwrap()).await.unwrap();
    assert_eq!(script.requests(), 2, "a put");

    let answers = [conflict(), done(), conflict(), done(), conflict(), done()];
    let (store, script) = Script::start(answers).await;
    store.unsubscribe(room(), &phone).await.unwrap();
    assert_eq!(script.requests(), 6, "an update and two deletes");
}

#[tokio::test]
async fn conflicts_without_end_are_reported_as_passing() {
    let (store, script) = Script::start([cancelled(&["TransactionConflict"])]).await;

    let outcome = store.remove_member(room(), user(2)).await;

    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert!(script.requests() > 1);
}

#[tokio::test]
async fn profiles_that_a_batch_leaves_out_are_asked_for_again() {
    let key = |id| json!({ "pk": { "S": format!("USER#{id}") }, "sk": { "S": "PROFILE" } });
    let item = |id: u64| {
        let mut item = key(id);
        item["id"] = json!({ "N": id.to_string() });
        item["name"] = json!({ "S": "김철수" });
        item
    };
    let part = json!({
        "Responses": { "chat": [item(1)] },
        "UnprocessedKeys": { "chat": { "Keys": [key(2)] } },
    });
    let rest = json!({ "Responses": { "chat": [item(2)] }, "UnprocessedKeys": {} });
    let (store, script) = Script::start([(200, part), (200, rest)]).await;

    let found = store.profiles(&[user(1), user(2)]).await.unwrap();

    assert_eq!((found.len(), script.requests()), (2, 2));
}

#[tokio::test]
async fn a_batch_that_is_never_completed_is_reported_and_not_taken_for_complete() {
    let key = json!({ "pk": { "S": "USER#1" }, "sk": { "S": "PROFILE" } });
    let none = json!({ "Responses": {}, "UnprocessedKeys": { "chat": { "Keys": [key] } } });
    let (store, _) = Script::start([(200, none)]).await;

    let outcome = store.profiles(&[user(1)]).await;

    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
}

#[tokio::test]
async fn what_may_pass_is_told_from_what_will_not() {
    for (answer, passing) in [
        (fault("ProvisionedThroughputExceededException"), true),
        (fault("ThrottlingException"), true),
        (fault("RequestLimitExceeded"), true),
        ((500, json!({ "__type": "InternalServerError" })), true),
        (fault("AccessDeniedException"), false),
        (fault("ResourceNotFoundException"), false),
        (fault("ValidationException"), false),
    ] {
        let (store, _) = Script::start([answer.clone()]).await;
        let error = store.room(room()).await.unwrap_err();
        assert_eq!(matches!(error, StoreError::Unavailable(_)), passing, "{answer:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_table_out_of_reach_is_unavailable() {
    let store = Store::new(client(&nobody().await, &Builder::new().build_http()), "chat");

    let error = store.room(room()).await.unwrap_err();

    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn an_item_that_is_not_what_it_should_be_is_an_error() {
    let odd = json!({ "Item": { "pk": { "S": "ROOM#1" }, "sk": { "S": "META" } } });
    let (store, _) = Script::start([(200, odd)]).await;

    let error = store.room(room()).await.unwrap_err();

    assert!(matches!(error, StoreError::Shape(_)), "{error:?}");
}
