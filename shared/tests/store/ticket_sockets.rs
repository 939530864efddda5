//! Ticket sockets: registered first, then subscribed to each of their user's rooms.

use std::collections::BTreeSet;

use futures_util::future::join;
use shared::{
    domain::{Connection, ConnectionId, Role, RoomId, Subscriber},
    store::{Addition, Arrival},
};

use crate::chat::{Chat, at, profile, user};

/// A ticket socket of the user, opened at [`at`]`(0)`.
fn ticket_socket(of: u64, id: &str) -> Connection {
    Connection { id: ConnectionId::new(id), user_id: user(of), room_id: None, connected_at: at(0) }
}

async fn rooms_of(chat: &Chat, of: u64) -> Vec<RoomId> {
    let memberships = chat.memberships(user(of), at(1)).all().await.expect("memberships");
    memberships.iter().map(|member| member.room_id).collect()
}

/// What `$connect` does: the socket is stored, then the memberships are read.
async fn enter(chat: &Chat, socket: &Connection) {
    chat.register(socket).await.expect("a registered socket");
    for room in rooms_of(chat, socket.user_id.get()).await {
        chat.subscribe(room, socket).await.expect("an arrival");
    }
}

/// What adding a member does: the membership is stored, then the sockets are read.
async fn add(chat: &Chat, room: RoomId, of: u64) {
    chat.add_member(room, user(of), Role::Member, at(0)).await.expect("an addition");
    for socket in chat.connections_of(user(of), at(1)).await.expect("connections") {
        chat.subscribe(room, &socket).await.expect("an arrival");
    }
}

#[tokio::test]
async fn a_registered_socket_is_found_before_it_is_subscribed_to_anything() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[7]).await;
    let phone = ticket_socket(7, "phone=");

    chat.register(&phone).await.unwrap();

    assert_eq!(chat.connection(&phone.id).await.unwrap().as_ref(), Some(&phone));
    assert_eq!(chat.connections_of(user(7), at(1)).await.unwrap(), [phone]);
    assert_eq!(chat.subscribers(room, at(1)).all().await.unwrap(), []);
    assert_eq!(chat.connections_of(user(71), at(1)).await.unwrap(), [], "it is not another's");
}

#[tokio::test]
async fn a_socket_that_has_expired_is_absent_before_it_is_deleted() {
    let chat = Chat::start().await;
    let phone = ticket_socket(7, "phone=");
    chat.register(&phone).await.unwrap();
    let expiry = phone.expires_at().duration_since(at(0)).as_secs();

    assert_eq!(chat.connections_of(user(7), at(expiry - 1)).await.unwrap().len(), 1);
    assert_eq!(chat.connections_of(user(7), at(expiry)).await.unwrap(), []);
}

#[tokio::test]
async fn a_socket_is_subscribed_to_each_of_its_users_rooms_and_forgotten_in_all() {
    let chat = Chat::start().await;
    let rooms = [chat.room_of(&[7]).await, chat.room_of(&[1, 7]).await, chat.room_of(&[7]).await];
    let elsewhere = chat.room_of(&[1]).await;
    let before = chat.database.items().await;
    let phone = ticket_socket(7, "phone=");

    enter(&chat, &phone).await;

    for room in rooms {
        let subscribers = chat.subscribers(room, at(1)).all().await.unwrap();
        assert_eq!(subscribers, [Subscriber::of(&phone)]);
    }
    assert_eq!(chat.subscribers(elsewhere, at(1)).all().await.unwrap(), []);
    let left: BTreeSet<RoomId> =
        chat.disconnect(&phone, at(1)).await.unwrap().into_iter().collect();
    assert_eq!(left, BTreeSet::from(rooms), "its user has gone offline in all of them");
    assert_eq!(chat.database.items().await, before, "nothing of it is left");
}

#[tokio::test]
async fn a_subscription_to_a_room_needs_a_membership() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 7]).await;
    let phone = ticket_socket(7, "phone=");
    chat.register(&phone).await.unwrap();
    assert_eq!(chat.subscribe(room, &phone).await.unwrap(), Arrival::First);
    chat.unsubscribe(room, &phone, at(1)).await.unwrap();
    chat.remove_member(room, user(7)).await.unwrap();

    assert_eq!(chat.subscribe(room, &phone).await.unwrap(), Arrival::NotAMember);

    assert_eq!(chat.subscribers(room, at(1)).all().await.unwrap(), []);
}

#[tokio::test]
async fn a_room_socket_and_a_ticket_socket_are_one_presence() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[7]).await;
    let (phone, laptop) =
        (ticket_socket(7, "phone="), crate::chat::socket(room, user(7), "laptop="));

    chat.register(&phone).await.unwrap();
    assert_eq!(chat.subscribe(room, &phone).await.unwrap(), Arrival::First);
    assert_eq!(chat.open(&laptop).await, Arrival::Another);

    assert_eq!(chat.disconnect(&phone, at(1)).await.unwrap(), []);
    assert_eq!(chat.disconnect(&laptop, at(1)).await.unwrap(), [room]);
}

#[tokio::test]
async fn memberships_follow_joining_and_leaving() {
    let chat = Chat::start().await;
    let (first, second) = (chat.room_of(&[1]).await, chat.room_of(&[1]).await);
    chat.put_profile(&profile(7)).await.unwrap();
    assert_eq!(rooms_of(&chat, 7).await, []);

    for room in [first, second, first] {
        chat.add_member(room, user(7), Role::Member, at(0)).await.unwrap();
    }
    assert_eq!(rooms_of(&chat, 7).await, [first, second]);
    assert!(chat.remove_member(first, user(7)).await.unwrap());
    assert_eq!(rooms_of(&chat, 7).await, [second]);
    let again = chat.add_member(first, user(7), Role::Member, at(2)).await.unwrap();

    assert!(matches!(again, Addition::Added(_)));
    assert_eq!(rooms_of(&chat, 7).await, [first, second]);
}

#[tokio::test]
async fn who_is_added_while_connecting_gets_the_rooms_messages() {
    let chat = Chat::start().await;
    chat.put_profile(&profile(7)).await.unwrap();
    for number in 0..40 {
        let room = chat.room_of(&[1]).await;
        let phone = ticket_socket(7, &format!("phone{number}="));

        join(enter(&chat, &phone), add(&chat, room, 7)).await;

        let subscribers = chat.subscribers(room, at(1)).all().await.unwrap();
        assert!(subscribers.contains(&Subscriber::of(&phone)), "in room {room}");
        chat.disconnect(&phone, at(1)).await.unwrap();
    }
}
