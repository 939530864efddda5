//! `DELETE /api/v1/chat/users/{userId}/sockets`: signing out everywhere.

use std::time::Duration;

use serde_json::json;
use tests::{
    Account, Reply,
    account::{accounts, guarded},
    user::fresh_id,
};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

const SETTLED_AFTER: Duration = Duration::from_secs(21);

async fn sign_out(account: &Account) -> Reply {
    account.delete(&format!("/api/v1/chat/users/{}/sockets", account.id())).await
}

#[tokio::test]
async fn all_of_a_users_sockets_and_tickets_end_and_nobody_elses() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let mut witness = bob.room_socket(room).await;
    let mut ended = [ada.socket().await, ada.room_socket(room).await, ada.socket().await];
    assert_eq!(witness.next().await["type"], "member_online");
    let (for_all, for_room) = (ada.ticket().await, ada.ticket().await);
    let of_bob = bob.ticket().await;

    let answer = sign_out(&ada).await.expect(200);
    assert_eq!(answer, json!({ "success": true, "message": "Signed out everywhere" }));

    for socket in &mut ended {
        assert_eq!(socket.closed().await.0, 1000);
    }
    for path in [format!("/chat?ticket={for_all}"), format!("/ws/chat/{room}?ticket={for_room}")] {
        let closed = stack.socket(&path).await.expect("the handshake completes").closed().await;
        assert_eq!(closed, (1003, "the ticket is unknown or has been used".to_owned()));
    }
    assert_eq!(witness.next().await["type"], "member_offline");
    let mut others = stack.socket(&format!("/chat?ticket={of_bob}")).await.expect("a socket");
    // She has a token still, and comes back with it.
    let mut back = ada.socket().await;
    assert_eq!(witness.next().await["type"], "member_online");
    ada.send(room, "here again").await.expect(201);
    for socket in [&mut others, &mut back] {
        socket.expect(&ada.frame(room, 1, "here again")).await;
    }
    assert_eq!(witness.next().await["data"]["message"], "here again");
}

#[tokio::test]
async fn signing_out_again_is_the_same_and_nobody_signs_out_somebody_else() {
    let stack = guarded().start().await;
    let [ada, eve] = accounts(&stack).await;
    let mut socket = ada.socket().await;
    let path = format!("/api/v1/chat/users/{}/sockets", ada.id());
    assert!(eve.delete(&path).await.refusal(403).starts_with("the access token belongs to user"));
    let room = ada.create_room().await;
    ada.send(room, "still here").await.expect(201);
    socket.expect(&ada.frame(room, 1, "still here")).await;

    for _ in 0..2 {
        sign_out(&ada).await.expect(200);
    }
    let nobody = Account::claiming(&stack, fresh_id(), &json!({}));
    let unknown = sign_out(&nobody).await;
    assert_eq!(unknown.json()["error"]["code"], "unknown_user", "{}", unknown.text);
}

/// As one that was signed out while it could not be closed. A post that is answered with 410 takes it
/// for gone, but not before it is ten seconds old.
#[tokio::test]
async fn a_socket_that_is_not_known_any_more_is_told_to_come_back() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let mut socket = bob.socket().await;
    let [id] = &stack.connections().await[..] else { panic!("one socket is open") };
    sleep(SETTLED_AFTER).await;
    stack.post(&format!("/_edge/connections/{id}/post_410"), &json!({})).await.expect(200);
    ada.send(room, "not for him").await.expect(201);
    stack.quiet().await;

    let frame = json!({ "roomId": room, "content": "from nobody" });
    socket.send(Message::text(frame.to_string())).await;
    assert_eq!(socket.next().await["code"], "unauthenticated");
}
