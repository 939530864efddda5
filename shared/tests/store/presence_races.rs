//! Sockets of one user that come and go at once.

use futures_util::future::join_all;
use shared::{domain::RoomId, store::Arrival};

use crate::{
    acts::{close, open},
    chat::{Chat, at, socket, user},
    interleaving::Orders,
};

/// Whether the room's list shows the user as online.
async fn is_online(chat: &Chat, room: RoomId) -> bool {
    chat.online_users(room, at(2)).await.expect("users").contains(&user(1))
}

#[tokio::test]
async fn of_two_connects_at_once_exactly_one_is_the_first() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let (phone, laptop) = (socket(room, user(1), "phone="), socket(room, user(1), "laptop="));

        let (one, other) = orders
            .run(
                async |store| open(&store, &phone).await,
                async |store| open(&store, &laptop).await,
            )
            .await;

        let mut arrivals = [one, other];
        arrivals.sort_by_key(|arrival| *arrival != Arrival::First);
        assert_eq!(arrivals, [Arrival::First, Arrival::Another], "{orders:?}");
        assert!(is_online(&chat, room).await, "{orders:?}");
    }
}

#[tokio::test]
async fn of_two_disconnects_at_once_exactly_one_is_the_last() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let (phone, laptop) = (socket(room, user(1), "phone="), socket(room, user(1), "laptop="));
        chat.open(&phone).await;
        chat.open(&laptop).await;

        let (one, other) = orders
            .run(
                async |store| close(&store, &phone).await,
                async |store| close(&store, &laptop).await,
            )
            .await;

        assert!(one != other, "offline is told {one} and {other} in {orders:?}");
        assert!(!is_online(&chat, room).await, "{orders:?}");
    }
}

#[tokio::test]
async fn a_disconnect_and_a_connect_at_once_tell_both_or_neither() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let (phone, laptop) = (socket(room, user(1), "phone="), socket(room, user(1), "laptop="));
        chat.open(&phone).await;

        let (offline, arrival) = orders
            .run(
                async |store| close(&store, &phone).await,
                async |store| open(&store, &laptop).await,
            )
            .await;

        assert_eq!(offline, arrival == Arrival::First, "{arrival:?} in {orders:?}");
        assert!(is_online(&chat, room).await, "{orders:?}");
        assert!(chat.close(&laptop).await, "the laptop was the last: {orders:?}");
    }
}

#[tokio::test]
async fn one_socket_found_gone_by_two_at_once_goes_offline_once() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let phone = socket(room, user(1), "phone=");
        chat.open(&phone).await;

        let (one, other) = orders
            .run(
                async |store| close(&store, &phone).await,
                async |store| close(&store, &phone).await,
            )
            .await;

        assert!(one != other, "offline is told {one} and {other} in {orders:?}");
    }
}

#[tokio::test]
async fn a_late_disconnect_and_the_next_arrival_at_once_leave_the_user_online() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let lost = socket(room, user(1), "lost=");
        chat.open(&lost).await;
        let mut phone = socket(room, user(1), "phone=");
        phone.connected_at = at(131 * 60);

        let (offline, arrival) = orders
            .run(
                async |store| !store.disconnect(&lost, at(131 * 60)).await.unwrap().is_empty(),
                async |store| open(&store, &phone).await,
            )
            .await;

        // Offline may be left out, because nobody was there any more; online may not follow it.
        assert!(!offline || arrival == Arrival::First, "{arrival:?} in {orders:?}");
        assert!(chat.close(&phone).await, "the phone was the last: {orders:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_any_coming_and_going_online_and_offline_alternate() {
    const ROUNDS: usize = 25;
    const SOCKETS: usize = 4;
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let mut stays = None;
    let (mut online, mut offline) = (0, 0);
    for round in 0..ROUNDS {
        let comes = (0..SOCKETS).map(|number| {
            let (store, socket) =
                (chat.store.clone(), socket(room, user(1), &format!("{round}.{number}=")));
            tokio::spawn(async move {
                let arrival = open(&store, &socket).await;
                // The last socket of a round stays until the next.
                let left = number + 1 < SOCKETS && close(&store, &socket).await;
                (usize::from(arrival == Arrival::First), usize::from(left))
            })
        });
        let goes = stays.replace(socket(room, user(1), &format!("{round}.{}=", SOCKETS - 1)));
        let store = chat.store.clone();
        let goes = tokio::spawn(async move {
            let Some(socket) = goes else { return 0 };
            usize::from(close(&store, &socket).await)
        });
        for outcome in join_all(comes.collect::<Vec<_>>()).await {
            let (came, went) = outcome.unwrap();
            (online, offline) = (online + came, offline + went);
        }
        offline += goes.await.unwrap();

        assert_eq!(online, offline + 1, "a socket is open after round {round}");
    }
    assert!(chat.close(&stays.unwrap()).await, "the very last one");
    assert!(!is_online(&chat, room).await);
}
