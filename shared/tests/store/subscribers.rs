//! `ROOM#r#SUBS#s / USER#u#CONN#c`: who is told of a room's events.

use std::collections::BTreeSet;

use shared::domain::{ConnectionId, Subscriber, UserId};

use crate::chat::{Chat, at, socket, user};

#[tokio::test]
async fn subscribers_are_listed_beyond_one_page() {
    let chat = Chat::start().await;
    let (room, crowd) = chat.crowd().await;

    let (mut pages, mut listed, mut count) = (chat.subscribers(room, at(1)), BTreeSet::new(), 0);
    while let Some(page) = pages.next().await.unwrap() {
        count += 1;
        for subscriber in page {
            assert!(listed.insert(subscriber.connection_id), "listed once");
        }
    }

    assert!(count > 1, "one page holds 1 MB");
    let opened: BTreeSet<ConnectionId> = crowd.into_iter().map(|socket| socket.id).collect();
    assert!(listed == opened, "{} of {} are listed", listed.len(), opened.len());
}

#[tokio::test]
async fn a_subscription_that_has_expired_is_absent_before_it_is_deleted() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let phone = socket(room, user(1), "phone=");
    chat.open(&phone).await;
    let expiry = phone.expires_at().duration_since(at(0)).as_secs();

    for (now, live) in [(expiry - 1, true), (expiry, false), (expiry + 3_600, false)] {
        let now = at(now);
        let one_users = chat.subscriptions_of(room, user(1), now).await.unwrap();
        let all = chat.subscribers(room, now).all().await.unwrap();
        let online = chat.online_users(room, now).await.unwrap();
        assert_eq!(!one_users.is_empty(), live, "{now}");
        assert_eq!(!all.is_empty(), live, "{now}");
        assert_eq!(!online.is_empty(), live, "{now}");
    }
}

#[tokio::test]
async fn one_users_subscriptions_are_neither_anothers_nor_another_rooms() {
    let chat = Chat::start().await;
    let (room, elsewhere) = (chat.room_of(&[7, 71]).await, chat.room_of(&[7]).await);
    let (phone, laptop) = (socket(room, user(7), "phone="), socket(room, user(7), "laptop="));
    let others = [socket(room, user(71), "other="), socket(elsewhere, user(7), "elsewhere=")];
    for socket in [&phone, &laptop].into_iter().chain(&others) {
        chat.open(socket).await;
    }

    let mut subscriptions = chat.subscriptions_of(room, user(7), at(1)).await.unwrap();

    subscriptions.sort_by(|one, other| other.connection_id.cmp(&one.connection_id));
    assert_eq!(subscriptions, [Subscriber::of(&phone), Subscriber::of(&laptop)]);
}

#[tokio::test]
async fn ending_a_subscription_ends_that_one_only() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let (phone, laptop) = (socket(room, user(1), "phone="), socket(room, user(1), "laptop="));
    chat.open(&phone).await;
    chat.open(&laptop).await;

    for _ in 0..2 {
        chat.unsubscribe(room, &phone, at(9)).await.unwrap();
        let left = chat.subscribers(room, at(1)).all().await.unwrap();
        assert_eq!(left, [Subscriber::of(&laptop)]);
    }
}

#[tokio::test]
async fn who_has_a_socket_in_the_room_is_online() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2, 3]).await;
    let sockets = [("phone=", 1), ("laptop=", 1), ("tablet=", 2)];
    for (id, owner) in sockets {
        chat.open(&socket(room, user(owner), id)).await;
    }
    let online = async || {
        let online = chat.online_users(room, at(1)).await.unwrap();
        online.into_iter().map(UserId::get).collect::<BTreeSet<_>>()
    };
    assert_eq!(online().await, BTreeSet::from([1, 2]));

    chat.close(&socket(room, user(1), "phone=")).await;
    chat.close(&socket(room, user(2), "tablet=")).await;

    assert_eq!(online().await, BTreeSet::from([1]));
}
