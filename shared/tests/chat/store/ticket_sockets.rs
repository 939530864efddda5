//! Ticket sockets: registered first, then subscribed to each of their user's rooms.

use futures_util::future::join;
use shared::{
    domain::{Role, RoomId, Subscriber},
    store::Addition,
};

use crate::world::{Chat, acts::enter, at, profile, socket, ticket_socket, user};

async fn rooms_of(chat: &Chat, of: u64) -> Vec<RoomId> {
    let memberships = chat.memberships(user(of), at(1)).all().await.expect("memberships");
    memberships.iter().map(|member| member.room_id).collect()
}

/// What adding a member does: the membership is stored, then the sockets are read.
async fn add(chat: &Chat, room: RoomId, of: u64) {
    chat.add_member(room, user(of), Role::Member, at(0)).await.expect("an addition");
    let member = chat.member(room, of).await;
    for socket in chat.connections_of(user(of), at(1)).await.expect("connections") {
        chat.subscribe(&socket, std::slice::from_ref(&member)).await.expect("an outcome");
    }
}

#[tokio::test]
async fn a_registered_socket_is_found_before_it_is_subscribed_to_anything() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[7]).await;
    let phone = ticket_socket(7, "phone=");

    chat.register(&phone, None).await.unwrap();

    assert_eq!(chat.connection(&phone.id).await.unwrap().as_ref(), Some(&phone));
    assert_eq!(chat.connections_of(user(7), at(1)).await.unwrap(), [phone]);
    assert_eq!(chat.subscribers(room, at(1)).all().await.unwrap(), []);
    assert_eq!(chat.connections_of(user(71), at(1)).await.unwrap(), [], "it is not another's");
}

#[tokio::test]
async fn a_socket_that_has_expired_is_absent_before_it_is_deleted() {
    let chat = Chat::start().await;
    let phone = ticket_socket(7, "phone=");
    chat.register(&phone, None).await.unwrap();
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

    enter(&chat.store, &phone).await;

    for room in rooms {
        let subscribers = chat.subscribers(room, at(1)).all().await.unwrap();
        assert_eq!(subscribers, [Subscriber::of(&phone)]);
    }
    assert_eq!(chat.subscribers(elsewhere, at(1)).all().await.unwrap(), []);
    chat.close(&phone).await;
    assert_eq!(chat.database.items().await, before, "nothing of it is left");
}

#[tokio::test]
async fn a_subscription_to_a_room_needs_a_membership() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 7]).await;
    let phone = ticket_socket(7, "phone=");
    chat.register(&phone, None).await.unwrap();
    let former = chat.member(room, 7).await;
    chat.remove_member(room, user(7)).await.unwrap();
    let before = chat.database.items().await;

    chat.subscribe(&phone, &[former]).await.unwrap();

    assert_eq!(chat.database.items().await, before, "nothing was written");
}

#[tokio::test]
async fn rooms_that_were_left_meanwhile_are_passed_over() {
    let chat = Chat::start().await;
    let mut memberships = Vec::new();
    // Two transactions' worth.
    for _ in 0..40 {
        let room = chat.room_of(&[1, 7]).await;
        memberships.push(chat.member(room, 7).await);
    }
    let left: Vec<RoomId> = [0, 20, 32, 39].map(|at| memberships[at].room_id).into();
    for room in &left {
        chat.remove_member(*room, user(7)).await.unwrap();
    }
    let phone = ticket_socket(7, "phone=");
    chat.register(&phone, None).await.unwrap();

    chat.subscribe(&phone, &memberships).await.unwrap();

    for room in memberships.iter().map(|member| member.room_id) {
        let expected: &[u64] = if left.contains(&room) { &[] } else { &[7] };
        assert_eq!(chat.online(room).await, expected, "room {room}");
        assert_eq!(chat.subscribed(room).await.len(), expected.len(), "room {room}");
    }
}

#[tokio::test]
async fn after_its_disconnect_nothing_subscribes_a_socket_any_more() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[7]).await;
    let phone = ticket_socket(7, "phone=");
    let before = chat.database.items().await;
    chat.register(&phone, None).await.unwrap();
    chat.disconnect(&phone).await.unwrap();

    chat.subscribe(&phone, &[chat.member(room, 7).await]).await.unwrap();

    assert_eq!(chat.database.items().await, before, "nothing was written");
}

#[tokio::test]
async fn a_room_socket_and_a_ticket_socket_are_one_presence() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[7]).await;
    let before = chat.database.items().await;
    let (phone, laptop) = (ticket_socket(7, "phone="), socket(room, user(7), "laptop="));

    enter(&chat.store, &phone).await;
    chat.open(&laptop).await;

    chat.close(&phone).await;
    assert_eq!(chat.online(room).await, [7]);
    chat.close(&laptop).await;
    assert_eq!(chat.database.items().await, before);
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

        join(enter(&chat.store, &phone), add(&chat, room, 7)).await;

        let subscribers = chat.subscribers(room, at(1)).all().await.unwrap();
        assert!(subscribers.contains(&Subscriber::of(&phone)), "in room {room}");
        chat.close(&phone).await;
        chat.remove_member(room, user(7)).await.unwrap();
    }
}
