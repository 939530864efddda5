//! Sockets that come and go while their user is removed and added, with the stream in between, in
//! every order of the requests.

use super::races::{add, expect_truth, fan_out, part, remove, watched_room};
use crate::world::{Orders, Scene, acts::enter, ticket_socket, user};

#[tokio::test]
async fn a_removal_while_a_ticket_socket_comes_leaves_nothing_in_any_order() {
    let scene = Scene::start().await;
    let mut orders = Orders::new(&scene.chat);
    while orders.remain() {
        let (room, here) = watched_room(&scene, &[1, 2]).await;
        let phone = ticket_socket(2, &format!("phone{room}="));

        orders
            .run(
                async |store| enter(&store, &phone).await,
                async |store| {
                    remove(&scene, store.clone(), room).await;
                    fan_out(&scene, store).await;
                },
            )
            .await;

        expect_truth(&scene, room, &here, false, &format!("{orders:?}")).await;
        scene.chat.disconnect(&phone).await.unwrap();
        scene.settle().await;
        part(&scene, room).await;
    }
}

#[tokio::test]
async fn a_disconnect_while_a_member_is_removed_and_added_leaves_nobody_online_in_any_order() {
    let scene = Scene::start().await;
    let mut orders = Orders::coarse(&scene.chat);
    while orders.remain() {
        let (room, here) = watched_room(&scene, &[1, 2]).await;
        let phone = scene.enter(2, &format!("phone{room}=")).await;
        scene.settle().await;

        orders
            .run(
                async |store| {
                    store.disconnect(&phone).await.unwrap();
                    fan_out(&scene, store).await;
                },
                async |store| {
                    remove(&scene, store.clone(), room).await;
                    add(&scene, store, room).await;
                },
            )
            .await;

        expect_truth(&scene, room, &here, false, &format!("{orders:?}")).await;
        part(&scene, room).await;
    }
}

#[tokio::test]
async fn a_disconnect_while_a_removal_dies_and_the_member_is_added_leaves_nobody_online_in_any_order()
 {
    let scene = Scene::start().await;
    let mut orders = Orders::new(&scene.chat);
    while orders.remain() {
        let (room, here) = watched_room(&scene, &[1, 2]).await;
        let phone = scene.enter(2, &format!("phone{room}=")).await;
        scene.settle().await;

        orders
            .run(
                async |store| {
                    store.disconnect(&phone).await.unwrap();
                    fan_out(&scene, store).await;
                },
                async |store| {
                    store.remove_member(room, user(2)).await.unwrap();
                    add(&scene, store, room).await;
                },
            )
            .await;

        expect_truth(&scene, room, &here, false, &format!("{orders:?}")).await;
        part(&scene, room).await;
    }
}

#[tokio::test]
async fn an_addition_while_the_stream_finishes_the_removal_keeps_the_socket_in_every_order() {
    let scene = Scene::start().await;
    let mut orders = Orders::coarse(&scene.chat);
    while orders.remain() {
        let (room, here) = watched_room(&scene, &[1, 2]).await;
        let phone = scene.enter(2, &format!("phone{room}=")).await;
        scene.settle().await;
        scene.chat.remove_member(room, user(2)).await.unwrap();

        orders
            .run(
                async |store| add(&scene, store, room).await,
                async |store| {
                    fan_out(&scene, store.clone()).await;
                    fan_out(&scene, store).await;
                },
            )
            .await;

        expect_truth(&scene, room, &here, true, &format!("{orders:?}")).await;
        scene.chat.disconnect(&phone).await.unwrap();
        expect_truth(&scene, room, &here, false, &format!("{orders:?}, closed")).await;
        part(&scene, room).await;
    }
}
