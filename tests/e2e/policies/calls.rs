//! Everything that clients can ask for, once: what the functions need permissions for.

use std::time::Duration;

use serde_json::json;
use tests::{Account, Stack, account::accounts};
use tokio_tungstenite::tungstenite::Message;

/// Sockets are looked at five seconds after they were opened, and once more after that.
const SETTLED_WITHIN: Duration = Duration::from_secs(40);

/// Ends when all that follows from the calls is worked off.
pub async fn of_everything(stack: &Stack) {
    let [ada, bob, eve] = accounts(stack).await;
    // The first disconnect is lost: what is left of this socket is found later.
    let room = create_twice(&ada).await;
    eve_is_lost(&ada, &eve, room).await;

    let phone = ada.socket_at_once().await;
    // With ticket sockets open: who creates a room, or is added, is subscribed at once.
    let mut own = bob.socket_at_once().await;
    let other = create_twice(&bob).await;
    ada.add(room, &bob, "member").await.expect(201);
    let tablet = bob.room_socket_at_once(room).await;
    for frame in [
        json!({ "roomId": other, "content": "over a socket", "clientMessageId": "a" }),
        json!({ "roomId": room, "content": "in a larger room" }),
    ] {
        own.send(Message::text(frame.to_string())).await;
    }
    send_with_key(&bob, other).await;
    // With three members the broadcast is the function's behind the stream.
    send_with_key(&ada, room).await;
    read(&ada, room).await;
    stack.quiet().await;

    ada.remove(room, &bob).await.expect(200);
    drop(tablet);
    phone.close(1000, "").await;
    own.close(1000, "").await;
    stack.settled(SETTLED_WITHIN).await;
}

/// Creates a room, and asks for the same again, as who got no answer.
async fn create_twice(owner: &Account) -> u64 {
    let mut id = None;
    for _ in 0..2 {
        let body = json!({ "user_id": owner.id(), "name": "회의실" });
        let room = owner.post_with_key("/api/v1/chat/rooms", "room", &body).await;
        id = room.expect(201)["data"]["id"].as_u64();
    }
    id.expect("a room has an id")
}

/// Adds a member whose socket is gone at once, which nobody is told.
async fn eve_is_lost(owner: &Account, eve: &Account, room: u64) {
    owner.add(room, eve, "member").await.expect(201);
    eve.room_socket_at_once(room).await.drop_network();
}

async fn send_with_key(sender: &Account, room: u64) {
    let path = format!("/api/v1/chat/rooms/{room}/messages");
    let body = json!({ "user_id": sender.id(), "message": "with a key" });
    sender.post_with_key(&path, &format!("send-{room}"), &body).await.expect(201);
}

async fn read(reader: &Account, room: u64) {
    let of_room = format!("/api/v1/chat/rooms/{room}");
    let body = json!({ "user_id": reader.id() });
    reader.post(&format!("{of_room}/read"), &body).await.expect(200);
    for path in [
        of_room.clone(),
        format!("{of_room}/members"),
        format!("{of_room}/messages"),
        format!("{of_room}/messages?after=0"),
        format!("/api/v1/chat/users/{}/rooms", reader.id()),
    ] {
        reader.get(&path).await.expect(200);
    }
}
