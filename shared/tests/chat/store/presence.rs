//! `ROOM#r / ONLINE#u`: there exactly while the user has a socket.

use shared::domain::Role;

use crate::world::{Chat, at, socket, ticket_socket, user};

const NOBODY: [u64; 0] = [];

#[tokio::test]
async fn a_user_is_online_while_one_of_the_sockets_is_subscribed() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    let before = chat.database.items().await;
    let (phone, laptop) = (socket(room, user(1), "phone="), socket(room, user(1), "laptop="));
    let other = socket(room, user(2), "other=");

    assert_eq!(chat.online(room).await, NOBODY);
    chat.open(&phone).await;
    assert_eq!(chat.online(room).await, [1]);
    chat.open(&laptop).await;
    chat.open(&other).await;
    assert_eq!(chat.online(room).await, [1, 2]);
    chat.close(&phone).await;
    assert_eq!(chat.online(room).await, [1, 2], "the laptop is still there");
    chat.close(&laptop).await;
    assert_eq!(chat.online(room).await, [2]);
    chat.open(&phone).await;
    assert_eq!(chat.online(room).await, [1, 2], "after everything was closed");
    chat.close(&phone).await;
    chat.close(&other).await;
    assert_eq!(chat.database.items().await, before, "an empty presence is no item");
}

#[tokio::test]
async fn presence_is_by_room() {
    let chat = Chat::start().await;
    let (one, other) = (chat.room_of(&[1]).await, chat.room_of(&[1]).await);
    let here = socket(one, user(1), "here=");
    chat.open(&here).await;
    chat.open(&socket(other, user(1), "there=")).await;

    chat.close(&here).await;

    assert_eq!((chat.online(one).await, chat.online(other).await), (vec![], vec![1]));
}

#[tokio::test]
async fn a_removal_takes_the_presence_with_it() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    chat.open(&socket(room, user(2), "phone=")).await;
    chat.remove_member(room, user(2)).await.unwrap();

    let ended = chat.end_subscriptions(room, user(2), at(1)).await.unwrap();

    assert_eq!(ended.len(), 1);
    assert_eq!((chat.online(room).await, chat.subscribed(room).await), (vec![], vec![]));
    chat.add_member(room, user(2), Role::Member, at(9)).await.unwrap();
    assert_eq!(chat.online(room).await, NOBODY);
    assert!(chat.open(&socket(room, user(2), "anew=")).await);
    assert_eq!(chat.online(room).await, [2]);
}

#[tokio::test]
async fn more_sockets_than_one_transaction_takes_are_ended_together() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    let before = chat.database.items().await;
    for number in 0..120 {
        chat.open(&socket(room, user(2), &format!("{number}="))).await;
    }
    chat.remove_member(room, user(2)).await.unwrap();

    let ended = chat.end_subscriptions(room, user(2), at(1)).await.unwrap();

    assert_eq!(ended.len(), 120);
    assert_eq!((chat.online(room).await, chat.subscribed(room).await), (vec![], vec![]));
    // The sockets are open; the membership with its inverse is gone.
    assert_eq!(chat.database.items().await, before + 240 - 2);
}

/// Its time of expiry took it away before, and no removal found what it had left in the presence.
#[tokio::test]
async fn a_removal_ends_a_presence_whose_subscription_is_gone() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    let phone = socket(room, user(2), "phone=");
    chat.open(&phone).await;
    chat.database.delete_subscription("phone=").await;
    chat.remove_member(room, user(2)).await.unwrap();

    chat.end_subscriptions(room, user(2), at(1)).await.unwrap();
    chat.add_member(room, user(2), Role::Member, at(9)).await.unwrap();

    assert_eq!(chat.online(room).await, NOBODY);
}

#[tokio::test]
async fn no_subscription_and_no_presence_ever_expires() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    chat.open(&socket(room, user(1), "phone=")).await;
    let tablet = ticket_socket(2, "tablet=");
    chat.register(&tablet, None).await.unwrap();
    chat.subscribe(&tablet, &[chat.member(room, 2).await]).await.unwrap();

    let expiring = chat.database.sort_keys_with("expires_at").await;

    assert_eq!(expiring.len(), 4, "of each socket its item and its user's: {expiring:?}");
    let lasts = |key: &String| key.starts_with("USER#") || key.starts_with("ONLINE#");
    assert!(!expiring.iter().any(lasts), "{expiring:?}");
}
