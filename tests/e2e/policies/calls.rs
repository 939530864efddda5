//! Everything that clients can ask for, once: what the functions need permissions for.

use std::time::Duration;

use futures_util::future::{join, join_all};
use serde_json::json;
use tests::{Account, Socket, Stack, account::accounts, deadline::eventually};
use tokio_tungstenite::tungstenite::Message;

/// Sockets are looked at five seconds after they were opened, and once more after that.
const SETTLED_WITHIN: Duration = Duration::from_secs(40);
/// So many messages of one sender at once that one of them is stored after a later one.
pub const SENDS_AT_ONCE: usize = 30;
/// One user's: one more closes the oldest.
pub const SOCKETS: usize = 2;

/// Ends when all that follows from the calls is worked off.
pub async fn of_everything(stack: &Stack) {
    let [ada, bob, eve] = accounts(stack).await;
    let tv = ada.socket_at_once().await;
    // The first disconnect is lost: what is left of this socket is found later.
    let room = create_twice(&ada).await;
    eve_is_lost(&ada, &eve, room).await;

    let phone = ada.socket_at_once().await;
    // With ticket sockets open: who creates a room, or is added, is subscribed at once.
    let mut own = bob.socket_at_once().await;
    let other = create_twice(&bob).await;
    ada.add(room, &bob, "member").await.expect(201);
    let tablet = bob.room_socket_at_once(room).await;
    // Alone: a broadcast that another sender had begun would be that one's.
    send_with_key(&bob, other, "alone").await;
    over_a_socket(&mut own, other).await;
    let keys: Vec<String> = (0..SENDS_AT_ONCE).map(|number| format!("send-{number}")).collect();
    // Who reads meanwhile asks which of them are stored.
    let reads = join_all(keys.iter().map(|_| mark_read(&bob, other)));
    join(join_all(keys.iter().map(|key| send_with_key(&bob, other, key))), reads).await;
    // With three members the broadcast is the function's behind the stream.
    send_with_key(&ada, room, "send").await;
    // Not who has sent the last message: that one has read it.
    read(&bob, room).await;
    stack.settled(SETTLED_WITHIN).await;
    is_found_gone(stack, tv, &bob, room).await;

    ada.remove(room, &bob).await.expect(200);
    drop(tablet);
    phone.close(1000, "").await;
    bob.delete(&format!("/api/v1/chat/users/{}/sockets", bob.id())).await.expect(200);
    drop(own);
    one_too_many(&eve).await;
    stack.settled(SETTLED_WITHIN).await;
}

/// What may be read without saying who reads, where callers are trusted.
pub async fn of_nobody(stack: &Stack) {
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    for rest in ["", "/members", "/messages"] {
        stack.get(&room.path(rest)).await.expect(200);
    }
}

/// Loses a socket that was looked at already: the next broadcast is what finds it gone.
async fn is_found_gone(stack: &Stack, socket: Socket, sender: &Account, room: u64) {
    socket.drop_network();
    eventually("the second disconnect to be lost", async || {
        let faults = stack.get("/_edge/faults").await.json();
        (faults["lose_disconnect"] == 2).then_some(())
    })
    .await;
    send_with_key(sender, room, "to-nobody").await;
    stack.quiet().await;
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

/// Opens one socket more than a user may have.
async fn one_too_many(user: &Account) {
    let mut open = Vec::new();
    for _ in 0..=SOCKETS {
        open.push(user.socket_at_once().await);
    }
    assert_eq!(open[0].closed().await.0, 1000);
}

/// The first frame alone, as above, and the rest at once.
async fn over_a_socket(socket: &mut Socket, room: u64) {
    let frame = |number: usize| {
        let (content, id) = (format!("frame {number}"), number.to_string());
        json!({ "roomId": room, "content": content, "clientMessageId": id }).to_string()
    };
    socket.send(Message::text(frame(0))).await;
    while socket.next().await["content"] != "frame 0" {}
    for number in 1..=SENDS_AT_ONCE {
        socket.send(Message::text(frame(number))).await;
    }
}

async fn send_with_key(sender: &Account, room: u64, key: &str) {
    let path = format!("/api/v1/chat/rooms/{room}/messages");
    let body = json!({ "user_id": sender.id(), "message": "with a key" });
    sender.post_with_key(&path, key, &body).await.expect(201);
}

async fn read(reader: &Account, room: u64) {
    let of_room = format!("/api/v1/chat/rooms/{room}");
    mark_read(reader, room).await;
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

async fn mark_read(reader: &Account, room: u64) {
    let body = json!({ "user_id": reader.id() });
    reader.post(&format!("/api/v1/chat/rooms/{room}/read"), &body).await.expect(200);
}
