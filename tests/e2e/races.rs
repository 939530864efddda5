//! Things that happen at the same time.

use std::collections::BTreeSet;

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use tests::{Room, Socket, Stack, User, deadline::eventually, event, shape::timeless};

const SENDS: usize = 200;

#[tokio::test]
async fn concurrent_sends_get_consecutive_ids_and_reach_each_socket_once() {
    let stack = Stack::start().await;
    let users: [User; 5] = stack.users().await;
    let room = stack.room(&users.each_ref()).await;
    let mut sockets = Vec::new();
    for user in &users {
        sockets.push(room.connect(user).await);
    }
    let send = |number: usize| room.send(&users[number % users.len()], "at once");

    let receive = join_all(sockets.iter_mut().map(message_ids));
    let (answers, received) = join(join_all((0..SENDS).map(send)), receive).await;

    let all: BTreeSet<u64> = (1..=SENDS as u64).collect();
    assert_eq!(answers.iter().filter_map(|sent| sent["id"].as_u64()).collect::<BTreeSet<_>>(), all);
    for ids in received {
        assert_eq!(ids.len(), SENDS, "each message exactly once");
        assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), all);
    }
}

/// The ids of the next [`SENDS`] messages. Events of another kind come before the first one.
async fn message_ids(socket: &mut Socket) -> Vec<u64> {
    let mut ids = Vec::with_capacity(SENDS);
    while ids.len() < SENDS {
        let frame = socket.next().await;
        if frame["type"] == "message" {
            ids.push(frame["data"]["id"].as_u64().expect("a message has an id"));
        }
    }
    ids
}

#[tokio::test]
async fn a_removal_beats_two_connects_at_the_same_time() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    for _ in 0..5 {
        let room = stack.room(&[&ada, &bob]).await;
        let path = room.socket_path(&bob);

        let connects = join(stack.socket(&path), stack.socket(&path));
        let ((first, second), removal) = join(connects, room.remove(&bob)).await;
        removal.expect(200);
        room.send(&ada, "bob must not see this").await;

        for mut socket in [first, second].into_iter().flatten() {
            let (frames, _) = socket.rest().await;
            let seen = |frame: &Value| frame["type"] == "message";
            assert!(!frames.iter().any(seen), "a removed member saw {frames:?}");
        }
        assert!(room.member(&bob).await.is_none());
    }
}

#[tokio::test]
async fn connecting_while_being_added_is_refused_or_works() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    for _ in 0..5 {
        let room = stack.room(&[&ada]).await;
        let (socket, added) = join(stack.socket(&room.socket_path(&bob)), room.add(&bob)).await;
        added.expect(201);
        room.send(&ada, "welcome").await;
        if let Ok(mut socket) = socket {
            expect_message_or_refusal(&mut socket, &room, &ada).await;
        }
    }
}

async fn expect_message_or_refusal(socket: &mut Socket, room: &Room, author: &User) {
    let welcome = event::message(room, 1, author, "welcome");
    let mut frame = socket.next_or_closed().await;
    // An admitted socket may hear first that its own user has joined, and is online.
    for event in ["member_join", "member_online"] {
        if frame.as_ref().is_ok_and(|frame| frame["type"] == event) {
            frame = socket.next_or_closed().await;
        }
    }
    match frame {
        Ok(frame) => assert_eq!(timeless(&frame), welcome),
        Err((code, _)) => assert_eq!(code, 1003, "only a refusal may close the socket"),
    }
}

#[tokio::test]
async fn adding_the_same_member_at_once_gives_one_member_and_one_event() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let mut socket = room.connect(&ada).await;

    let answers = join_all((0..8).map(|_| room.add(&bob))).await;

    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(
        created,
        1,
        "came {:?}",
        answers.iter().map(|answer| answer.status).collect::<Vec<_>>()
    );
    let joined = socket.next().await["data"].clone();
    for answer in &answers {
        assert_eq!(answer.json()["data"], joined, "one member, whoever asked");
    }
    room.expect_silence(&mut socket, &ada).await;
}

#[tokio::test]
async fn sending_while_being_removed_is_acknowledged_or_refused_but_never_lost() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut socket = room.connect(&ada).await;
    let body = json!({ "user_id": bob.id, "message": "last words" });

    let sends = join_all((0..20).map(|_| room.post("/messages", &body)));
    let (answers, removal) = join(sends, room.remove(&bob)).await;

    removal.expect(200);
    let mut acknowledged = BTreeSet::new();
    for answer in answers {
        match answer.status {
            201 => acknowledged.insert(answer.json()["data"]["id"].as_u64()),
            403 => continue,
            other => panic!("expected 201 or 403, came {other}: {}", answer.text),
        };
    }
    let mut seen = BTreeSet::new();
    eventually("every acknowledged message and the leaving", async || {
        let frame = socket.next().await;
        seen.insert(frame["data"]["id"].as_u64());
        acknowledged.is_subset(&seen).then_some(())
    })
    .await;
}

#[tokio::test]
async fn two_devices_connecting_at_once_are_one_coming() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut witness = room.connect(&ada).await;

    let devices = join_all((0..4).map(|_| room.connect(&bob))).await;

    witness.expect(&event::member_online(&room, &bob)).await;
    room.expect_silence(&mut witness, &ada).await;
    drop(devices);
}
