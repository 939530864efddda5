//! `ROOM#r#SUBS#0 / USER#u#CONN#c`: which sockets get a room's events.

use std::collections::BTreeSet;

use shared::domain::{ConnectionId, Subscriber};

use crate::world::{Chat, at, socket, user};

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
async fn a_subscription_tells_its_age_and_is_listed_until_it_is_cleared() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let phone = socket(room, user(1), "phone=");
    chat.open(&phone).await;
    let expiry = phone.expires_at().duration_since(at(0)).as_secs();

    for (now, expired) in [(expiry - 1, false), (expiry, true), (expiry + 3_600, true)] {
        let now = at(now);
        let one_users = chat.subscriptions_of(room, user(1), now).await.unwrap();
        let all = chat.subscribers(room, now).all().await.unwrap();
        assert_eq!(all, one_users, "{now}");
        assert_eq!(all.len(), 1, "the caller has to report it as gone: {now}");
        assert_eq!(all[0].has_expired(now), expired, "{now}");
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
        chat.unsubscribe(room, &phone).await.unwrap();
        assert_eq!(chat.subscribed(room).await, ["laptop="]);
        assert_eq!(chat.online(room).await, [1]);
    }
}

#[tokio::test]
async fn an_end_of_subscriptions_spares_who_is_a_member() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    for id in ["phone=", "laptop="] {
        chat.open(&socket(room, user(2), id)).await;
    }

    assert_eq!(chat.end_subscriptions(room, user(2), at(1)).await.unwrap(), []);

    assert_eq!(chat.subscribed(room).await, ["laptop=", "phone="]);
    assert_eq!(chat.online(room).await, [2]);
}

#[tokio::test]
async fn ending_the_subscriptions_of_who_has_none_leaves_no_trace() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let before = chat.database.items().await;

    assert_eq!(chat.end_subscriptions(room, user(2), at(1)).await.unwrap(), []);
    chat.unsubscribe(room, &socket(room, user(2), "unknown=")).await.unwrap();

    assert_eq!(chat.database.items().await, before);
}
