//! Who is online: the first socket that comes, the last that goes.

use futures_util::future::join_all;
use shared::store::Arrival;

use crate::{
    chat::{Chat, at, close, open, socket, user},
    interleaving::Orders,
};

#[tokio::test]
async fn of_two_connects_at_once_exactly_one_is_the_first() {
    let chat = Chat::start().await;
    let ada = user(1);
    let mut orders = Orders::new(&chat);
    let mut count = 0;
    while orders.remain() {
        count += 1;
        let room = chat.room(&[1]).await;
        let (phone, laptop) = (&socket(room, ada, "phone="), &socket(room, ada, "laptop="));

        let (one, other) = orders
            .run(
                |store| async move { open(&store, phone).await },
                |store| async move { open(&store, laptop).await },
            )
            .await;

        assert!(
            matches!(
                (one, other),
                (Arrival::First, Arrival::Another) | (Arrival::Another, Arrival::First)
            ),
            "{one:?} and {other:?} in {orders:?}"
        );
    }
    println!("{count}");
}
#[tokio::test]
async fn cd() {
    let chat = Chat::start().await;
    let ada = user(1);
    let mut orders = Orders::new(&chat);
    let mut count = 0;
    while orders.remain() {
        count += 1;
        let room = chat.room(&[1]).await;
        let (phone, laptop) = (&socket(room, ada, "phone="), &socket(room, ada, "laptop="));
        chat.open(phone).await;

        let (one, other) = orders
            .run(
                |store| async move { close(&store, phone).await },
                |store| async move { open(&store, laptop).await },
            )
            .await;
        println!("{one:?} {other:?} {:?}", orders);
    }
    println!("{count}");
}
