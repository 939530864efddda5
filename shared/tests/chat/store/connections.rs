//! `CONN#c / META` and `USER#u / CONN#c`: which sockets are open.

use shared::{
    domain::{ConnectionId, RoomId, Subscriber},
    store::Entrance,
};

use crate::world::{Chat, at, socket, user};

#[tokio::test]
async fn a_socket_is_known_from_its_connect_to_its_disconnect() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let before = chat.database.items().await;
    let phone = socket(room, user(1), "phone=");

    assert!(chat.open(&phone).await);
    assert_eq!(chat.connection(&phone.id).await.unwrap().as_ref(), Some(&phone));
    assert_eq!(chat.connections_of(user(1), at(1)).await.unwrap(), std::slice::from_ref(&phone));
    let subscribers = chat.subscribers(room, at(1)).all().await.unwrap();
    assert_eq!(subscribers, [Subscriber::of(&phone)]);

    chat.disconnect(&phone).await.unwrap();
    assert_eq!(chat.connection(&phone.id).await.unwrap(), None);
    assert_eq!(chat.connections_of(user(1), at(1)).await.unwrap(), []);
    assert_eq!(chat.subscribed(room).await, ["phone="], "clearing it is the stream's work");

    chat.unsubscribe(room, &phone).await.unwrap();
    assert_eq!(chat.database.items().await, before, "nothing of it is left");
}

#[tokio::test]
async fn a_disconnect_that_comes_twice_or_of_an_unknown_socket_leaves_no_trace() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let before = chat.database.items().await;
    let phone = socket(room, user(1), "phone=");
    chat.open(&phone).await;
    let unknown = socket(room, user(1), "unknown=");

    for socket in [&phone, &phone, &unknown] {
        chat.close(socket).await;
        assert_eq!(chat.database.items().await, before);
    }
}

#[tokio::test]
async fn who_is_not_a_member_gets_no_socket() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    let former = chat.member(room, 2).await;
    chat.remove_member(room, user(2)).await.unwrap();
    let before = chat.database.items().await;
    let nowhere = RoomId::try_from(99).unwrap();

    for (room, user) in [(room, user(2)), (room, user(3)), (nowhere, user(1))] {
        assert!(!chat.open(&socket(room, user, "refused=")).await);
    }
    let late = socket(room, user(2), "refused=");
    let outcome = chat.connect(&late, &former, None).await.unwrap();
    assert_eq!(outcome, Entrance::NotAMember, "who was one a moment ago");

    assert_eq!(chat.database.items().await, before, "nothing was written");
    assert_eq!(chat.connection(&ConnectionId::new("refused=")).await.unwrap(), None);
}

#[tokio::test]
async fn a_connect_that_is_tried_again_is_one_socket() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let phone = socket(room, user(1), "phone=");
    chat.open(&phone).await;

    chat.open(&phone).await;

    assert_eq!(chat.subscribed(room).await, ["phone="]);
    chat.close(&phone).await;
    assert_eq!(chat.online(room).await, [0; 0], "it was the only one");
}

#[tokio::test]
async fn looking_again_at_a_socket_brings_back_none_that_was_forgotten() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let phone = socket(room, user(1), "phone=");
    chat.open(&phone).await;
    chat.check_again(&phone, at(9)).await.unwrap();
    assert_eq!(chat.connection(&phone.id).await.unwrap().as_ref(), Some(&phone));
    chat.close(&phone).await;
    let items = chat.database.items().await;

    chat.check_again(&phone, at(9)).await.unwrap();

    assert_eq!(chat.database.items().await, items);
}
