//! A member is removed while that user connects and sends.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures_util::future::{join, join_all};
use shared::{
    domain::{Role, RoomId, UserId},
    store::Store,
};

use crate::world::{
    Chat, Orders,
    acts::{open, send},
    at, socket, user,
};

/// Removes the member and ends the subscriptions, as the function does.
async fn remove(store: &Store, room: RoomId, member: UserId) {
    assert!(store.remove_member(room, member).await.expect("a removal"));
    store.end_subscriptions(room, member, at(1)).await.expect("the sockets");
}

async fn expect_no_trace(chat: &Chat, room: RoomId, member: UserId, race: &str) {
    let subscriptions = chat.subscriptions_of(room, member, at(2)).await;
    assert_eq!(subscriptions.expect("subscriptions"), [], "{race}");
    assert!(!chat.online(room).await.contains(&member.get()), "{race}");
    let again = socket(room, member, "again=");
    assert!(!chat.open(&again).await, "{race}");
}

#[tokio::test]
async fn no_subscription_outlives_a_removal_in_any_order() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1, 2]).await;
        let phone = socket(room, user(2), "phone=");

        orders
            .run(
                async |store| open(&store, &phone).await,
                async |store| remove(&store, room, user(2)).await,
            )
            .await;

        expect_no_trace(&chat, room, user(2), &format!("{orders:?}")).await;
        chat.add_member(room, user(2), Role::Member, at(3)).await.unwrap();
        assert_eq!(chat.online(room).await, [0; 0], "{orders:?}");
        assert!(chat.open(&socket(room, user(2), "anew=")).await, "{orders:?}");
        assert_eq!(chat.online(room).await, [2], "{orders:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_subscription_outlives_a_removal_when_two_connect_at_once() {
    let chat = Chat::start().await;
    for round in 0..15 {
        let room = chat.room_of(&[1, 2]).await;
        let connects = ["phone=", "laptop="].map(|id| {
            let (store, socket) = (chat.store.clone(), socket(room, user(2), id));
            tokio::spawn(async move { open(&store, &socket).await })
        });
        let store = chat.store.clone();
        let removal = tokio::spawn(async move { remove(&store, room, user(2)).await });

        let (arrivals, removal) = join(join_all(connects), removal).await;
        removal.unwrap();
        assert!(arrivals.iter().all(Result::is_ok));

        expect_no_trace(&chat, room, user(2), &format!("round {round}: {arrivals:?}")).await;
    }
}

#[tokio::test]
async fn a_message_is_sent_before_the_removal_or_not_at_all() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1, 2]).await;
        let (sent, removed) = orders
            .run(
                async |store| send(&store, room, user(2), "goodbye").await,
                async |store| store.remove_member(room, user(2)).await.unwrap(),
            )
            .await;

        assert!(removed, "{orders:?}");
        assert_eq!(chat.standing(room, user(2)).await.unwrap().member, None, "{orders:?}");
        assert_eq!(chat.message_count(room).await, usize::from(sent.is_some()), "{orders:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_by_a_removed_member_is_stored_once_the_removal_has_returned() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    let removed = Arc::new(AtomicBool::new(false));
    let senders: Vec<_> = (0..6)
        .map(|_| {
            let (store, removed) = (chat.store.clone(), Arc::clone(&removed));
            tokio::spawn(async move {
                let mut sent = 0;
                loop {
                    let too_late = removed.load(Ordering::SeqCst);
                    let message = send(&store, room, user(2), "still here").await;
                    assert!(!too_late || message.is_none(), "sent after the removal");
                    if message.is_none() {
                        return sent;
                    }
                    sent += 1;
                }
            })
        })
        .collect();
    chat.send(room, user(1), "be gone").await.unwrap();

    chat.remove_member(room, user(2)).await.unwrap();
    removed.store(true, Ordering::SeqCst);
    let messages = chat.message_count(room).await;

    for sender in senders {
        sender.await.unwrap();
    }
    assert_eq!(chat.message_count(room).await, messages, "a message came after the removal");
}
