//! Members who go: announced once, and nothing of theirs is left.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use shared::{domain::RoomId, store::Store};

use super::races::add;
use crate::world::{Answer, Orders, Scene, at, die_after, moment, new_message, user};

/// Removes user 2 as the function does: whether there was a membership.
async fn remove(scene: &Scene, store: Store, room: RoomId) -> bool {
    let was_member = store.remove_member(room, user(2)).await.expect("an outcome");
    let app = scene.app_on(store);
    let sockets = app.end_subscriptions(room, user(2), at(60)).await.expect("sockets");
    app.close_promptly(sockets, at(60)).await;
    was_member
}

#[tokio::test]
async fn after_a_removal_nothing_reaches_the_former_member() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let here = scene.open(room, 1, "here=").await;
    let (laptop, phone) = (scene.open(room, 2, "laptop=").await, scene.enter(2, "phone=").await);
    scene.settle().await;

    assert!(remove(&scene, scene.chat.store.clone(), room).await);
    let posts = (scene.stage.posts(&laptop), scene.stage.posts(&phone));
    scene.send(room, 1, "among ourselves").await.unwrap();
    scene.settle().await;

    assert_eq!((scene.stage.posts(&laptop), scene.stage.posts(&phone)), posts);
    assert!(scene.stage.closings(&laptop) >= 1, "a room socket has no room any more");
    assert_eq!(scene.stage.closings(&phone), 0, "a ticket socket has others");
    assert_eq!(scene.count(&here, "member_leave", 2), 1);
    assert_eq!(scene.chat.online(room).await, [1]);
    assert_eq!(scene.chat.subscribed(room).await, ["here="]);
}

#[tokio::test]
async fn the_room_is_told_before_sockets_are_closed_that_take_their_time() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let here = scene.open(room, 1, "here=").await;
    let deaf = scene.open(room, 2, "deaf=").await;
    scene.settle().await;
    scene.stage.answer(&deaf, [Answer::Silence]);

    let began = Instant::now();
    assert!(remove(&scene, scene.chat.store.clone(), room).await);
    assert!(began.elapsed() < Duration::from_secs(5), "who removes is answered all the same");

    let batch = scene.changes();
    tokio::select! {
        () = scene.deliver(batch, at(60)) => panic!("a closing that is never answered has ended"),
        () = scene.stage.until(|_| scene.count(&here, "member_leave", 2) == 1) => {}
    }
}

#[tokio::test]
async fn a_removal_that_died_after_its_write_is_finished_behind_the_stream() {
    for requests in 0..7 {
        let scene = Scene::start().await;
        let room = scene.room_of(&[1, 2]).await;
        let here = scene.open(room, 1, "here=").await;
        let laptop = scene.open(room, 2, "laptop=").await;
        scene.enter(2, "phone=").await;
        scene.settle().await;

        let died =
            die_after(&scene.chat, requests, async |store| remove(&scene, store, room).await);
        died.await;
        scene.settle().await;

        let removed = usize::from(requests >= 1);
        assert_eq!(scene.count(&here, "member_leave", 2), removed, "after {requests}");
        assert_eq!(scene.chat.online(room).await.contains(&2), removed == 0, "after {requests}");
        let subscribed = scene.chat.subscribed(room).await.len();
        assert_eq!(subscribed, if removed == 1 { 1 } else { 3 }, "after {requests}");
        assert_eq!(scene.stage.closings(&laptop) > 0, removed == 1, "after {requests}");

        assert_eq!(remove(&scene, scene.chat.store.clone(), room).await, removed == 0);
        scene.settle().await;
        assert_eq!(scene.count(&here, "member_leave", 2), 1, "after {requests} and a retry");
        assert_eq!(scene.chat.subscribed(room).await, ["here="], "after {requests} and a retry");
    }
}

#[tokio::test]
async fn removed_and_added_again_at_once_keeps_ticket_sockets_in_every_order() {
    let scene = Scene::start().await;
    let mut orders = Orders::coarse(&scene.chat);
    while orders.remain() {
        let room = scene.room_of(&[1, 2]).await;
        let phone = scene.enter(2, &format!("phone{room}=")).await;

        orders
            .run(
                async |store| remove(&scene, store, room).await,
                async |store| add(&scene, store, room).await,
            )
            .await;
        add(&scene, scene.chat.store.clone(), room).await;
        expect_to_hear(&scene, room, phone.id.as_str(), &format!("{orders:?}")).await;

        scene.settle().await;
        expect_to_hear(&scene, room, phone.id.as_str(), &format!("{orders:?}, settled")).await;
        scene.chat.disconnect(&phone).await.unwrap();
        scene.settle().await;
        assert_eq!(scene.chat.online(room).await, [0; 0], "{orders:?}");
        scene.chat.remove_member(room, user(2)).await.unwrap();
    }
}

async fn expect_to_hear(scene: &Scene, room: RoomId, phone: &str, when: &str) {
    assert_eq!(scene.chat.subscribed(room).await, [phone], "{when}");
    assert_eq!(scene.chat.online(room).await, [2], "{when}");
}

#[tokio::test]
async fn removed_and_added_again_at_once_leaves_no_room_socket_open_that_hears_nothing() {
    for requests in 0..9 {
        let scene = Scene::start().await;
        let room = scene.room_of(&[1, 2]).await;
        let laptop = scene.open(room, 2, "laptop=").await;
        scene.settle().await;

        let removing = async |store| remove(&scene, store, room).await;
        die_after(&scene.chat, requests, removing).await;
        add(&scene, scene.chat.store.clone(), room).await;
        scene.settle().await;
        scene.send(room, 1, "still there?").await.unwrap();

        let is_closed = scene.stage.closings(&laptop) > 0;
        let heard = scene.message_ids(&laptop);
        assert!(is_closed || heard == [1], "after {requests} requests it heard {heard:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn removed_and_added_again_at_once_keeps_ticket_sockets_in_twenty_races() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let phone = scene.enter(2, "phone=").await;
    let mut sent = 0;
    for round in 0..20 {
        let (removed, ()) = tokio::join!(remove(&scene, scene.chat.store.clone(), room), async {
            while scene.chat.standing(room, user(2)).await.unwrap().member.is_some() {}
            add(&scene, scene.chat.store.clone(), room).await;
        });
        assert!(removed);
        // Half of the rounds are settled, the other half come on top of the round before.
        if round % 2 == 0 {
            scene.settle().await;
        }
        expect_to_hear(&scene, room, "phone=", &format!("round {round}")).await;
        scene.send(room, 1, "still there?").await.unwrap();
        sent += 1;
        assert_eq!(scene.message_ids(&phone).last(), Some(&sent), "round {round}");
    }
    scene.settle().await;
    expect_to_hear(&scene, room, "phone=", "at the end").await;
}

#[tokio::test]
async fn who_is_removed_while_sending_has_sent_before_or_is_refused() {
    let scene = Scene::start().await;
    let mut orders = Orders::new(&scene.chat);
    while orders.remain() {
        let room = scene.room_of(&[1, 2]).await;
        let here = scene.open(room, 1, &format!("here{room}=")).await;

        let (sent, removed) = orders
            .run(
                async |store| {
                    scene.app_on(store).send(new_message(room, 2, "bye", None), moment(60)).await
                },
                async |store| remove(&scene, store, room).await,
            )
            .await;
        scene.settle_from(66).await;

        assert!(removed, "{orders:?}");
        let ids = scene.message_ids(&here);
        assert_eq!(ids.len(), usize::from(sent.is_ok()), "{ids:?} in {orders:?}");
        assert_eq!(scene.chat.message_count(room).await, ids.len(), "{orders:?}");
        let next = scene.app.send(new_message(room, 1, "next", None), moment(80)).await.unwrap();
        assert_eq!(scene.message_ids(&here).last(), Some(&next.id.get()), "{orders:?}");
    }
}

#[tokio::test]
async fn many_who_leave_at_once_leave_nothing_behind() {
    let scene = Scene::start().await;
    let room = scene.room_of(&(1..=20).collect::<Vec<_>>()).await;
    let before = scene.chat.database.items().await;
    for user in 2..=20 {
        scene.open(room, user, &format!("{user}=")).await;
    }
    let removals = (2..=20).map(|id| scene.chat.remove_member(room, user(id)));
    join_all(removals).await.into_iter().for_each(|removed| assert!(removed.unwrap()));

    scene.settle().await;

    assert_eq!(scene.chat.subscribed(room).await, [""; 0]);
    assert_eq!(scene.chat.online(room).await, [0; 0]);
    // Two items for each membership are gone, two for each socket stay until it disconnects.
    assert_eq!(scene.chat.database.items().await, before - 19 * 2 + 19 * 2);
}
