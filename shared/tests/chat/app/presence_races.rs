//! Coming, going, joining and leaving at once, with the stream in between.

use shared::{
    domain::{Role, RoomId},
    store::{Addition, Store},
};

use crate::world::{
    Orders, Scene,
    acts::{enter, open},
    at, socket, ticket_socket, user,
};

/// Delivers what was written so far through this store, as a function of its own.
async fn fan_out(scene: &Scene, store: Store) {
    let app = scene.app_on(store);
    let failed = app.fan_out(scene.changes(), at(60)).await;
    assert!(failed.is_empty(), "{failed:?}");
}

async fn remove(scene: &Scene, store: Store, room: RoomId) {
    store.remove_member(room, user(2)).await.expect("an outcome");
    scene.app_on(store).end_subscriptions(room, user(2), at(60)).await.expect("sockets");
}

async fn add(scene: &Scene, store: Store, room: RoomId) {
    let addition = store.add_member(room, user(2), Role::Member, at(60)).await.expect("an outcome");
    if let Addition::Added(member) = addition {
        let app = scene.app_on(store);
        app.subscribe_open_sockets(&member, at(60)).await.expect("subscriptions");
    }
}

/// After quiet: who is subscribed is online and the last that the room heard of user 2.
async fn expect_truth(scene: &Scene, room: RoomId, here: &str, online: bool, when: &str) {
    scene.settle_from(66).await;
    let others = scene.chat.subscribed(room).await.into_iter().filter(|id| id != here);
    assert_eq!(others.count() > 0, online, "subscribed: {when}");
    assert_eq!(scene.chat.online(room).await.contains(&2), online, "online: {when}");
    let events = scene.events(&socket(room, user(1), here));
    let presence: Vec<&str> = events
        .iter()
        .filter(|(kind, user)| *user == 2 && kind != "read")
        .map(|(kind, _)| kind.as_str())
        .collect();
    let is_online = match presence.last() {
        Some(&"member_online") => true,
        Some(&"member_offline" | &"member_leave" | &"member_join") | None => false,
        other => panic!("{other:?}"),
    };
    assert_eq!(is_online, online, "heard {presence:?}: {when}");
}

/// Ends the membership, so that the next order's sockets have one room to be subscribed to.
async fn part(scene: &Scene, room: RoomId) {
    scene.chat.remove_member(room, user(2)).await.expect("an outcome");
    scene.settle().await;
}

/// A room with a socket of its owner who has heard of everything so far.
async fn watched_room(scene: &Scene, members: &[u64]) -> (RoomId, String) {
    let room = scene.room_of(members).await;
    let here = format!("here{room}=");
    scene.open(room, 1, &here).await;
    scene.settle().await;
    (room, here)
}

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
async fn an_addition_while_the_stream_finishes_the_removal_keeps_the_socket_in_every_order() {
    let scene = Scene::start().await;
    let mut orders = Orders::new(&scene.chat);
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
                    assert!(app.fan_out(batch.clone(), at(60)).await.is_empty());
                    assert!(open(&store, &phone).await);
                },
                async |store| {
                    assert!(scene.app_on(store).fan_out(batch.clone(), at(60)).await.is_empty());
                },
            )
            .await;

        expect_truth(&scene, room, &here, true, &format!("{orders:?}")).await;
        scene.chat.disconnect(&phone).await.unwrap();
        scene.settle().await;
        part(&scene, room).await;
    }
}
