//! From the removal on, the sockets of a removed member receive nothing of the room.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use tests::{
    Account, Socket, Stack,
    account::{accounts, guarded},
};
use tokio_tungstenite::tungstenite::Message;

/// Shows that nothing is on its way to the ticket socket, by an answer to this very frame.
async fn expect_nothing(socket: &mut Socket) {
    socket.send(Message::text("marker")).await;
    let came = socket.next().await;
    assert_eq!(came["type"], "error", "came {came}");
}

async fn expect_text(socket: &mut Socket, room: u64, text: &str) {
    let came = socket.next().await;
    assert_eq!((&came["roomId"], &came["content"]), (&room.into(), &text.into()), "came {came}");
}

#[tokio::test]
async fn a_removed_members_room_sockets_close_and_the_ticket_sockets_fall_silent_there() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let (room, other) = (ada.create_room().await, ada.create_room().await);
    for room in [room, other] {
        ada.add(room, &bob, "member").await.expect(201);
    }
    let mut room_sockets = [bob.room_socket(room).await, bob.room_socket(room).await];
    let mut elsewhere = bob.room_socket(other).await;
    let mut ticket_sockets = [bob.socket().await, bob.socket().await];

    ada.remove(room, &bob).await.expect(200);
    ada.send(room, "not for bob").await.expect(201);

    for socket in &mut room_sockets {
        assert_eq!(socket.closed().await.0, 1000);
    }
    for socket in &mut ticket_sockets {
        expect_nothing(socket).await;
        let frame = json!({ "roomId": room, "content": "let me in" }).to_string();
        socket.send(Message::text(frame)).await;
        assert_eq!(socket.next().await["code"], "not_a_member");
    }
    ada.send(other, "for bob").await.expect(201);
    for socket in &mut ticket_sockets {
        expect_text(socket, other, "for bob").await;
    }
    assert_eq!(elsewhere.next().await["data"]["message"], "for bob");
}

#[tokio::test]
async fn who_comes_back_receives_again() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    let mut socket = bob.socket().await;
    for round in 0..5 {
        ada.add(room, &bob, "member").await.expect(201);
        ada.send(room, &format!("welcome {round}")).await.expect(201);
        expect_text(&mut socket, room, &format!("welcome {round}")).await;
        bob.remove(room, &bob).await.expect(200);
        ada.send(room, "not for bob").await.expect(201);
        expect_nothing(&mut socket).await;
    }
}

#[tokio::test]
async fn no_message_reaches_who_is_removed_while_many_are_sent() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    for _ in 0..5 {
        let room = ada.create_room().await;
        ada.add(room, &bob, "member").await.expect(201);
        let mut socket = bob.socket().await;

        let before = join_all((0..10).map(|_| ada.send(room, "before"))).await;
        ada.remove(room, &bob).await.expect(200);
        let after = join_all((0..10).map(|_| ada.send(room, "after"))).await;

        assert!(before.iter().chain(&after).all(|answer| answer.status == 201));
        for _ in 0..10 {
            expect_text(&mut socket, room, "before").await;
        }
        expect_nothing(&mut socket).await;
        socket.close(1000, "").await;
    }
}

#[tokio::test]
async fn a_ticket_from_before_the_removal_opens_no_room() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let (for_room, for_all) = (bob.ticket().await, bob.ticket().await);

    ada.remove(room, &bob).await.expect(200);

    let mut refused = stack.socket(&format!("/ws/chat/{room}?ticket={for_room}")).await.unwrap();
    assert_eq!(refused.closed().await.0, 1003);
    let mut socket = stack.socket(&format!("/chat?ticket={for_all}")).await.unwrap();
    ada.send(room, "not for bob").await.expect(201);
    expect_nothing(&mut socket).await;
    let witness: &Account = &bob;
    witness.get(&format!("/api/v1/chat/rooms/{room}/messages")).await.refusal(403);
}

/// Fills every open socket until API Gateway takes no more for it.
async fn fill_all(stack: &Stack) {
    let fill = async |id: String| {
        let post = || stack.management(Method::POST, "prod", &id).body("x".repeat(120_000));
        let mut answered = 200;
        while answered == 200 {
            answered = stack.ask_signed(post()).await.status;
        }
        assert_eq!(answered, 429, "its buffer is full");
    };
    join_all(stack.connections().await.into_iter().map(fill)).await;
}

#[tokio::test]
async fn a_removal_waits_for_no_socket_that_does_not_read() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    // More than are closed side by side.
    let _deaf = join_all((0..130).map(|_| bob.room_socket_at_once(room))).await;
    fill_all(&stack).await;
    let mut phone = bob.socket().await;

    let began = Instant::now();
    let (removed, _) = tokio::join!(
        ada.remove(room, &bob),
        join_all((0..10).map(|_| ada.send(room, "meanwhile"))),
    );
    let took = began.elapsed();
    let path = format!("/api/v1/chat/rooms/{room}");
    let last = ada.get(&path).await.expect(200)["data"]["last_message_id"].as_u64();
    join_all((0..10).map(|_| ada.send(room, "not for bob"))).await;
    removed.expect(200);
    assert!(took < Duration::from_secs(3), "the removal took {took:?}");

    phone.send(Message::text("marker")).await;
    loop {
        let came = phone.next().await;
        if came["type"] == "error" {
            break;
        }
        assert!(came["id"].as_u64() <= last, "after the removal came {came}");
    }
}
