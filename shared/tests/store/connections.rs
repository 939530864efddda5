//! `CONN#c / META`: which sockets are open.

use shared::{
    domain::{ConnectionId, RoomId, Subscriber},
    store::Arrival,
};

use crate::chat::{Chat, at, socket, user};

#[tokio::test]
async fn a_socket_is_known_from_its_connect_to_its_disconnect() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let before = chat.database.items().await;
    let phone = socket(room, user(1), "phone=");

    assert_eq!(chat.open(&phone).await, Arrival::First);
    assert_eq!(chat.connection(&phone.id).await.unwrap().as_ref(), Some(&phone));
    let subscribers = chat.subscribers(room, at(1)).all().await.unwrap();
    assert_eq!(subscribers, [Subscriber::of(&phone)]);

    assert_eq!(chat.disconnect(&phone, at(1)).await.unwrap(), [room]);
    assert_eq!(chat.connection(&phone.id).await.unwrap(), None);
    assert_eq!(chat.subscribers(room, at(1)).all().await.unwrap(), []);
    assert_eq!(chat.database.items().await, before, "nothing of it is left");
}

#[tokio::test]
async fn a_disconnect_that_comes_twice_finds_nothing_the_second_time() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let phone = socket(room, user(1), "phone=");
    chat.open(&phone).await;
    let unknown = socket(room, user(1), "unknown=");

    assert_eq!(chat.disconnect(&phone, at(1)).await.unwrap(), [room]);
    let after = chat.database.items().await;
    assert_eq!(chat.disconnect(&phone, at(2)).await.unwrap(), []);
    assert_eq!(chat.disconnect(&unknown, at(2)).await.unwrap(), []);

    assert_eq!(chat.database.items().await, after, "a late disconnect leaves no trace");
}

#[tokio::test]
async fn who_is_not_a_member_gets_no_socket() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    chat.remove_member(room, user(2)).await.unwrap();
    let before = chat.database.items().await;
    let nowhere = RoomId::try_from(99).unwrap();

    for (room, user) in [(room, user(2)), (room, user(3)), (nowhere, user(1))] {
        let refused = socket(room, user, "refused=");
        assert_eq!(chat.open(&refused).await, Arrival::NotAMember);
    }

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

    assert_eq!(chat.subscribers(room, at(1)).all().await.unwrap().len(), 1);
    assert!(chat.close(&phone).await, "it was the only one");
}
