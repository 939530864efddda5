//! What one user may do at most, where tokens are asked for.

use std::time::{Duration, Instant};

use client::{Client, Pace, Refusal, Trouble};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Account, Reply,
    account::{accounts, guarded, trusting},
    deadline::eventually,
};
use tokio_tungstenite::tungstenite::Message;

const AT_ONCE: usize = 200;
const BURST: usize = 20;
/// The stream looks at sockets five seconds after they were opened.
const SETTLED_WITHIN: Duration = Duration::from_secs(40);

/// Makes so many requests at once: how many passed. The others say when to come back.
async fn flood(requests: usize, request: impl AsyncFn() -> Reply) -> usize {
    let answers = join_all((0..requests).map(|_| request())).await;
    let (refused, passed): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == 429);
    for answer in refused {
        answer.refusal(429);
        assert_eq!(answer.json()["error"]["code"], "too_many_requests");
        let seconds: u64 = answer.header("retry-after").parse().expect("seconds");
        assert!(seconds >= 1, "{answer:?}");
    }
    assert!(passed.iter().all(|answer| answer.status < 300), "{passed:?}");
    passed.len()
}

/// The same with [`BURST`] and one a second: of so many at once no more pass than that.
async fn expect_limited(request: impl AsyncFn() -> Reply) -> usize {
    let began = Instant::now();
    let passed = flood(AT_ONCE, &request).await;
    let later = usize::try_from(began.elapsed().as_secs()).expect("seconds") + 1;
    // The account itself was a write.
    assert!((BURST - 1..=BURST + later).contains(&passed), "{passed} within {later} s");
    eventually("a request that passes again", async || {
        (request().await.status < 300).then_some(())
    })
    .await;
    passed
}

#[tokio::test]
async fn of_200_sends_at_once_a_burst_is_stored_and_the_others_are_told_when_to_come_back() {
    let stack = guarded().parameter("SendsPerSecond", 1).parameter("SendBurst", BURST);
    let stack = stack.start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);

    let passed = expect_limited(async || ada.send(room, "me, me, me").await).await;

    bob.send(room, "the others are not limited by that").await.expect(201);
    let path = format!("/api/v1/chat/rooms/{room}/messages?limit=200");
    let stored = ada.get(&path).await.expect(200)["data"].as_array().expect("a list").len();
    assert_eq!(stored, passed + 2);
}

#[tokio::test]
async fn of_200_tickets_and_of_200_other_writes_at_once_a_burst_passes() {
    let mut options = guarded();
    for kind in ["Ticket", "Write"] {
        let rate = format!("{kind}sPerSecond");
        options = options.parameter(&rate, 1).parameter(&format!("{kind}Burst"), BURST);
    }
    let stack = options.start().await;
    let ada = Account::create(&stack).await;
    expect_limited(async || ada.post("/chat/ticket", &Value::Null).await).await;
    let path = format!("/api/v1/chat/users/{}", ada.id());
    expect_limited(async || ada.put(&path, &json!({ "name": "ada" })).await).await;
}

#[tokio::test]
async fn a_frame_too_many_is_answered_with_an_error_and_the_socket_stays() {
    let stack = guarded().parameter("SendsPerSecond", 1).parameter("SendBurst", 2).start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let mut socket = ada.socket().await;
    let frame = json!({ "roomId": room, "content": "one of eight" }).to_string();
    for _ in 0..8 {
        socket.send(Message::text(frame.clone())).await;
    }
    let mut refused = 0;
    for _ in 0..8 {
        let came = socket.next().await;
        if came["type"] == "error" {
            assert_eq!(came["code"], "too_many_requests", "{came}");
            assert!(came["retryAfter"].as_u64() >= Some(1), "{came}");
            refused += 1;
        }
    }
    assert!((1..=6).contains(&refused), "{refused} of eight were refused");
}

#[tokio::test]
async fn our_own_client_comes_back_when_it_was_told_to() {
    let stack = guarded().parameter("SendsPerSecond", 1).parameter("SendBurst", 1).start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let client = Client::follow(ada.service(), room, Pace::TEST);
    for _ in 0..4 {
        client.send("as fast as I may").await.expect("a message");
    }
    // At its own pace it would ask about five times a second.
    assert!(client.efforts().repetitions <= 3, "{:?}", client.efforts());
}

#[tokio::test]
async fn our_own_client_does_not_wait_for_an_hour() {
    let stack = guarded().parameter("RoomsPerHour", 1).start().await;
    let service = Account::create(&stack).await.service();
    service.create_room("the only one").await.expect("a room");
    let refused = service.create_room("one more").await;
    assert!(matches!(refused, Err(Trouble::Refused(Refusal { status: 429, .. }))), "{refused:?}");
}

#[tokio::test]
async fn a_message_that_is_repeated_counts_once() {
    let stack = guarded().parameter("SendsPerSecond", 1).parameter("SendBurst", 1).start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let path = format!("/api/v1/chat/rooms/{room}/messages");
    let body = json!({ "user_id": ada.id(), "message": "once" });
    for _ in 0..10 {
        ada.post_with_key(&path, "key", &body).await.expect(201);
    }
}

#[tokio::test]
async fn of_ten_rooms_at_once_as_many_are_created_as_an_hour_allows() {
    let stack = guarded().parameter("RoomsPerHour", 3).start().await;
    let ada = Account::create(&stack).await;
    let body = json!({ "user_id": ada.id(), "name": "하나 더" });
    let create = async || ada.post("/api/v1/chat/rooms", &body).await;
    assert_eq!(flood(10, create).await, 3);
    let refused = create().await;
    let seconds: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1_000..=1_200).contains(&seconds), "one more every twenty minutes: {refused:?}");
}

#[tokio::test]
async fn who_is_in_as_many_rooms_as_a_user_may_be_can_leave_one_for_another() {
    let stack = guarded().parameter("RoomsPerUser", 2).start().await;
    let [ada, bob] = accounts(&stack).await;
    let body = json!({ "user_id": ada.id(), "name": "내 방" });
    assert_eq!(flood(10, async || ada.post("/api/v1/chat/rooms", &body).await).await, 2);
    let (room, other) = (bob.create_room().await, bob.create_room().await);
    bob.add(room, &ada, "member").await.refusal(429);
    bob.remove(other, &bob).await.expect(200);
    bob.create_room().await;

    let rooms = ada.get(&format!("/api/v1/chat/users/{}/rooms", ada.id())).await.expect(200);
    let own = rooms["data"][0]["id"].as_u64().expect("a room");
    ada.remove(own, &ada).await.expect(200);
    bob.add(room, &ada, "member").await.expect(201);
}

#[tokio::test]
async fn a_room_has_no_more_members_than_a_room_may_have_however_many_come_at_once() {
    let stack = guarded().parameter("MembersPerRoom", 3).start().await;
    let [ada, others @ ..]: [Account; 11] = accounts(&stack).await;
    let room = ada.create_room().await;
    let answers = join_all(others.iter().map(|other| ada.add(room, other, "member"))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 2);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 8);
    let refused = answers.iter().find(|answer| answer.status == 429).expect("a refusal");
    assert!(refused.refusal(429).ends_with("as many members as a room may have"));
    let path = format!("/api/v1/chat/rooms/{room}");
    assert_eq!(ada.get(&path).await.expect(200)["data"]["member_count"], 3);
}

#[tokio::test]
async fn one_socket_too_many_closes_the_oldest() {
    let stack = guarded().parameter("SocketsPerUser", 2).start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let (mut oldest, mut second) = (ada.socket().await, ada.room_socket(room).await);

    let mut newest = ada.socket().await;

    assert_eq!(oldest.closed().await.0, 1000);
    ada.send(room, "to two").await.expect(201);
    assert_eq!(newest.next().await["content"], "to two");
    assert_eq!(second.next().await["data"]["message"], "to two");
}

#[tokio::test]
async fn of_sockets_that_open_at_once_no_more_stay_than_a_user_may_have() {
    let stack = guarded().parameter("SocketsPerUser", 5).start().await;
    let ada = Account::create(&stack).await;
    let tickets = join_all((0..15).map(|_| ada.ticket())).await;
    let paths: Vec<String> =
        tickets.iter().map(|ticket| format!("/chat?ticket={ticket}")).collect();
    let _sockets = join_all(paths.iter().map(|path| stack.socket(path))).await;
    stack.settled(SETTLED_WITHIN).await;
    assert_eq!(stack.connections().await.len(), 5);
}

#[tokio::test]
async fn where_callers_are_trusted_nobody_is_limited_unless_a_parameter_says_so() {
    for (limited, passed) in [(false, 10), (true, 2)] {
        let options = trusting().parameter("RoomsPerHour", 2).parameter("LimitTrusted", limited);
        let stack = options.start().await;
        let [ada] = stack.users().await;
        let body = json!({ "user_id": ada.id, "name": "방" });
        let created = flood(10, async || {
            stack.ask(stack.request(Method::POST, "/api/v1/chat/rooms").json(&body)).await
        });
        assert_eq!(created.await, passed, "LimitTrusted={limited}");
    }
}
