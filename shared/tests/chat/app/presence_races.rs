//! Coming and going at once, with the stream in between, in every order of the requests.

use super::races::{add, expect_truth, fan_out, part, watched_room};
use crate::world::{
    Orders, Scene,
    acts::{enter, open},
    at, process, profile, socket, ticket_socket, user,
};

#[tokio::test]
async fn a_reconnect_while_the_stream_clears_the_last_socket_is_online_in_every_order() {
    let scene = Scene::start().await;
    let mut orders = Orders::new(&scene.chat);
    while orders.remain() {
        let (room, here) = watched_room(&scene, &[1, 2]).await;
        let lost = scene.open(room, 2, &format!("lost{room}=")).await;
        scene.settle().await;
        scene.chat.disconnect(&lost).await.unwrap();
        let phone = socket(room, user(2), &format!("phone{room}="));

        orders
            .run(
                async |store| assert!(open(&store, &phone).await),
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

#[tokio::test]
async fn a_disconnect_that_overtakes_the_end_of_its_connect_leaves_nobody_online_in_any_order() {
    let scene = Scene::start().await;
    let mut orders = Orders::new(&scene.chat);
    while orders.remain() {
        let (room, here) = watched_room(&scene, &[1, 2]).await;
        let phone = ticket_socket(2, &format!("phone{room}="));

        orders
            .run(
                async |store| enter(&store, &phone).await,
                async |store| {
                    store.disconnect(&phone).await.unwrap();
                    fan_out(&scene, store).await;
                },
            )
            .await;
        // The disconnect may have come before there was anything to forget.
        scene.chat.disconnect(&phone).await.unwrap();

        expect_truth(&scene, room, &here, false, &format!("{orders:?}")).await;
        part(&scene, room).await;
    }
}

#[tokio::test]
async fn two_deliveries_of_one_batch_at_once_clear_no_other_socket_in_any_order() {
    let scene = Scene::start().await;
    let mut orders = Orders::new(&scene.chat);
    while orders.remain() {
        let (room, here) = watched_room(&scene, &[1, 2]).await;
        let lost = scene.open(room, 2, &format!("lost{room}=")).await;
        scene.settle().await;
        scene.chat.disconnect(&lost).await.unwrap();
        let batch = scene.changes();
        let phone = socket(room, user(2), &format!("phone{room}="));

        orders
            .run(
                async |store| {
                    let app = scene.app_on(store.clone());
                    assert!(process(&app, batch.clone(), at(60)).await.is_empty());
                    assert!(open(&store, &phone).await);
                },
                async |store| {
                    assert!(process(&scene.app_on(store), batch.clone(), at(60)).await.is_empty());
                },
            )
            .await;

        expect_truth(&scene, room, &here, true, &format!("{orders:?}")).await;
        scene.chat.disconnect(&phone).await.unwrap();
        scene.settle().await;
        part(&scene, room).await;
    }
}

/// One process announces the joining and the presence. Another one announces the end of that presence.
#[tokio::test]
async fn a_joining_and_the_end_of_a_presence_announced_at_once_end_with_the_truth_in_any_order() {
    let scene = Scene::start().await;
    let mut orders = Orders::new(&scene.chat);
    while orders.remain() {
        let (room, here) = watched_room(&scene, &[1]).await;
        scene.chat.put_profile(&profile(2)).await.unwrap();
        let phone = ticket_socket(2, &format!("phone{room}="));
        enter(&scene.chat.store, &phone).await;
        scene.settle().await;
        add(&scene, scene.chat.store.clone(), room).await;
        let joining = scene.changes();
        scene.chat.disconnect(&phone).await.unwrap();

        orders
            .run(
                async |store| {
                    assert!(process(&scene.app_on(store), joining, at(60)).await.is_empty());
                },
                async |store| {
                    fan_out(&scene, store.clone()).await;
                    fan_out(&scene, store).await;
                },
            )
            .await;

        expect_truth(&scene, room, &here, false, &format!("{orders:?}")).await;
        part(&scene, room).await;
    }
}
