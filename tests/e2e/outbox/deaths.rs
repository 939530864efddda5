//! Functions that die between two of their writes: what they began is finished.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tests::{
    Account, Reply, Socket, Stack,
    account::{accounts, guarded},
    figures,
};
use tokio::time::{Instant, sleep, timeout};

use super::{Witness, history, is_online};

/// A deployment whose function of this name is killed at some moment of so many of its invocations.
async fn deadly(rate: &str, function: &str) -> Stack {
    let faults = format!("kill_function={rate}@{function}");
    guarded().unlimited().args(["--faults", &faults]).start().await
}

/// Repeats a request until it is answered, and gives the answer and the attempts that were not.
async fn insist(request: impl AsyncFn() -> Reply) -> (Reply, usize) {
    for died in 0.. {
        let reply = request().await;
        if reply.status < 500 {
            return (reply, died);
        }
    }
    unreachable!("the loop has no end")
}

/// Rooms of Ada, each with a socket of hers.
async fn watched_rooms(ada: &Account, count: usize) -> Vec<(u64, Socket)> {
    let mut rooms = Vec::new();
    for _ in 0..count {
        let room = ada.create_room().await;
        rooms.push((room, ada.room_socket(room).await));
    }
    rooms
}

#[tokio::test]
async fn adding_a_member_is_finished_whenever_it_dies() {
    let stack = deadly("1:40", "AddMember").await;
    let [ada, bob] = accounts(&stack).await;
    let rooms = watched_rooms(&ada, 30).await;
    let mut phone = bob.socket().await;
    let (mut deaths, mut half_done) = (0, 0);
    for (room, mut socket) in rooms {
        let (added, died) = insist(async || ada.add(room, &bob, "member").await).await;
        deaths += died;
        half_done += usize::from(died > 0 && added.status == 200);
        stack.quiet().await;
        let text = format!("welcome to {room}");
        ada.send(room, &text).await.expect(201);
        assert_eq!(phone.next().await["content"], json!(text));
        // Bob's presence may be announced before the membership: they are two items.
        let mut joined = socket.next().await;
        while joined["type"] == "member_online" {
            joined = socket.next().await;
        }
        assert_eq!(
            (&joined["type"], &joined["user_id"]),
            (&json!("member_join"), &json!(bob.id()))
        );
    }
    figures::report(format!("add_member: killed {deaths} times, {half_done} of them half done"));
}

#[tokio::test]
async fn removing_a_member_is_finished_whenever_it_dies() {
    let stack = deadly("1:40", "RemoveMember").await;
    let [ada, bob] = accounts(&stack).await;
    let rooms = watched_rooms(&ada, 30).await;
    let mut phone = bob.socket().await;
    let (mut deaths, mut half_done) = (0, 0);
    for (room, mut socket) in rooms {
        ada.add(room, &bob, "member").await.expect(201);
        let mut tablet = bob.room_socket(room).await;
        let (removed, died) = insist(async || ada.remove(room, &bob).await).await;
        deaths += died;
        half_done += usize::from(removed.status == 404);
        assert!(removed.status == 200 || died > 0, "{}", removed.text);
        assert_eq!(tablet.rest().await.1.0, 1000, "its room sockets are closed");
        stack.quiet().await;
        ada.send(room, "not for bob").await.expect(201);
        let mut kinds = Vec::new();
        while kinds.last() != Some(&json!("message")) {
            kinds.push(socket.next().await["type"].clone());
        }
        assert_eq!(kinds.iter().filter(|kind| *kind == "member_leave").count(), 1, "{kinds:?}");
    }
    phone.send("marker").await;
    assert_eq!(phone.next().await["type"], "error", "nothing came before");
    figures::report(format!("remove_member: killed {deaths} times, {half_done} of them half done"));
}

#[tokio::test]
async fn what_the_stream_sets_off_happens_whenever_its_function_dies() {
    let stack = deadly("0.5:30", "FanOut").await;
    let [ada, bob] = accounts(&stack).await;
    let mut phone = bob.socket().await;
    for _ in 0..10 {
        let room = ada.create_room().await;
        let mut witness = Witness::open(&ada, room).await;
        ada.add(room, &bob, "member").await.expect(201);
        stack.quiet().await;
        let frames = witness.frames().await;
        assert!(frames.iter().any(|frame| frame["type"] == "member_join"), "came {frames:?}");
        assert_eq!(witness.sees_online(bob.id()).await, Some(true));
        for _ in 0..2 {
            assert_eq!(phone.next().await["roomId"], room);
        }
    }
}

/// The one that dies keeps the lease for five seconds, and somebody looks after that.
#[tokio::test]
async fn a_sender_that_dies_strands_nobodys_message() {
    const SENDS: usize = 40;
    let stack = deadly("0.4:30", "SendMessage").await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let mut socket = bob.room_socket(room).await;
    let mut answers = Vec::new();
    for _ in 0..SENDS / 4 {
        answers.extend(join_all((0..4).map(|_| ada.send(room, "in parallel"))).await);
    }
    let acknowledged = answers.iter().filter(|answer| answer.status == 201).count();

    let mut heard: Vec<(u64, String)> = Vec::new();
    let all = async {
        loop {
            let data = socket.next_after(Duration::from_secs(20)).await["data"].clone();
            let id = data["id"].as_u64().unwrap_or_default();
            // What came twice is dropped by its id.
            if heard.last().is_none_or(|(last, _)| *last < id) {
                heard.push((id, data["message"].as_str().unwrap_or_default().to_owned()));
            }
            if heard == history(&ada, room).await && heard.len() >= acknowledged {
                return;
            }
        }
    };
    let came = timeout(Duration::from_secs(30), all).await;
    assert!(came.is_ok(), "heard {heard:?} of {:?}", history(&ada, room).await);
    figures::report(format!("senders: {} of {SENDS} died", SENDS - acknowledged));
}

/// API Gateway refuses a handshake whose `$connect` dies, and no `$disconnect` follows.
#[tokio::test]
async fn a_connect_that_dies_leaves_nobody_online() {
    let stack = deadly("1:16", "WsConnect").await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    for _ in 0..16 {
        let path = format!("/ws/chat/{room}?ticket={}", bob.ticket().await);
        if let Ok(mut socket) = stack.socket(&path).await {
            // Either it is refused with a close code, or it was admitted before the function died.
            socket.send("are you there?").await;
            while socket.next_or_closed().await.is_ok_and(|frame| frame["type"] != "error") {}
        }
    }
    let began = Instant::now();
    while is_online(&ada, room, bob.id()).await != Some(false) {
        assert!(began.elapsed() < Duration::from_secs(40), "shown online for longer");
        sleep(Duration::from_millis(100)).await;
    }
}
