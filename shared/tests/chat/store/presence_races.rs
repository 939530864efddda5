//! Sockets of one user that come and go at once, in every order of their requests.

use futures_util::future::join_all;

use crate::world::{
    Chat, Orders,
    acts::{close, open},
    socket, user,
};

#[tokio::test]
async fn two_that_come_at_once_are_both_there() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let (phone, laptop) = (socket(room, user(1), "phone="), socket(room, user(1), "laptop="));

        let both = orders
            .run(
                async |store| open(&store, &phone).await,
                async |store| open(&store, &laptop).await,
            )
            .await;

        assert_eq!(both, (true, true), "{orders:?}");
        assert_eq!(chat.online(room).await, [1], "{orders:?}");
        chat.close(&phone).await;
        assert_eq!(chat.online(room).await, [1], "the laptop is there: {orders:?}");
        chat.close(&laptop).await;
        assert_eq!(chat.online(room).await, [0; 0], "{orders:?}");
    }
}

#[tokio::test]
async fn of_two_that_go_at_once_nothing_is_left() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let before = chat.database.items().await;
        let (phone, laptop) = (socket(room, user(1), "phone="), socket(room, user(1), "laptop="));
        chat.open(&phone).await;
        chat.open(&laptop).await;

        orders
            .run(
                async |store| close(&store, &phone).await,
                async |store| close(&store, &laptop).await,
            )
            .await;

        assert_eq!(chat.database.items().await, before, "{orders:?}");
    }
}

#[tokio::test]
async fn one_that_comes_while_another_goes_is_online() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let (phone, laptop) = (socket(room, user(1), "phone="), socket(room, user(1), "laptop="));
        chat.open(&phone).await;

        orders
            .run(
                async |store| close(&store, &phone).await,
                async |store| assert!(open(&store, &laptop).await),
            )
            .await;

        assert_eq!(chat.online(room).await, [1], "{orders:?}");
        assert_eq!(chat.subscribed(room).await, ["laptop="], "{orders:?}");
        chat.close(&laptop).await;
        assert_eq!(chat.online(room).await, [0; 0], "the laptop was the last: {orders:?}");
    }
}

#[tokio::test]
async fn one_socket_cleared_by_two_at_once_is_gone() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let before = chat.database.items().await;
        let phone = socket(room, user(1), "phone=");
        chat.open(&phone).await;

        orders
            .run(
                async |store| close(&store, &phone).await,
                async |store| close(&store, &phone).await,
            )
            .await;

        assert_eq!(chat.database.items().await, before, "{orders:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_any_coming_and_going_who_is_subscribed_is_online() {
    const ROUNDS: usize = 15;
    const SOCKETS: usize = 4;
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let mut stays = None;
    for round in 0..ROUNDS {
        let comes = (0..SOCKETS).map(|number| {
            let socket = socket(room, user(1), &format!("{round}.{number}="));
            let store = chat.store.clone();
            tokio::spawn(async move {
                assert!(open(&store, &socket).await);
                // The last socket of a round stays until the next.
                if number + 1 < SOCKETS {
                    close(&store, &socket).await;
                }
            })
        });
        let goes = stays.replace(socket(room, user(1), &format!("{round}.{}=", SOCKETS - 1)));
        let store = chat.store.clone();
        let goes = tokio::spawn(async move {
            if let Some(socket) = goes {
                close(&store, &socket).await;
            }
        });
        for outcome in join_all(comes.chain([goes])).await {
            outcome.unwrap();
        }

        assert_eq!(chat.online(room).await, [1], "a socket is open after round {round}");
    }
    chat.close(&stays.unwrap()).await;
    assert_eq!(chat.online(room).await, [0; 0]);
}
