//! A process dies between any two of its writes. What it left undone is finished behind the stream.

use shared::{domain::RoomId, store::Change};

use crate::world::{
    Scene,
    acts::{lease, number},
    at, die_after, moment, new_message, process, user,
};

/// Sends a text in a process that dies after so many requests to the table: whether it lived.
async fn send_and_die(scene: &Scene, room: RoomId, requests: usize) -> bool {
    let sending = die_after(&scene.chat, requests, async |store| {
        let app = scene.app_on(store);
        app.send(new_message(room, 1, "last words", None), moment(60)).await.is_ok()
    });
    sending.await.unwrap_or(false)
}

#[tokio::test]
async fn a_send_that_dies_anywhere_leaves_a_message_that_is_broadcast_or_none() {
    // A send is: look, number, store, list the subscribers, release.
    for (requests, lives, stored) in
        [(0, false, 0), (1, false, 0), (2, false, 0), (3, false, 1), (4, false, 1), (5, true, 1)]
    {
        let scene = Scene::start().await;
        let room = scene.room_of(&[1]).await;
        let phone = scene.open(room, 1, "phone=").await;

        assert_eq!(send_and_die(&scene, room, requests).await, lives, "after {requests}");
        scene.settle_from(61).await;

        let mut ids = scene.message_ids(&phone);
        // Who dies before the release has broadcast: then it comes twice.
        ids.dedup();
        assert_eq!(ids.len(), stored, "after {requests}: {ids:?}");
        assert_eq!(scene.chat.message_count(room).await, stored, "after {requests}");
        let next = scene.app.send(new_message(room, 1, "next", None), moment(120)).await.unwrap();
        assert_eq!(scene.message_ids(&phone).last(), Some(&next.id.get()), "after {requests}");
        let found = scene.chat.room(room).await.unwrap().unwrap();
        assert_eq!((found.lease(), found.owes_a_broadcast()), (None, false), "after {requests}");
    }
}

#[tokio::test]
async fn a_send_that_dies_and_is_repeated_with_its_key_is_one_message() {
    let key = "once".parse().unwrap();
    for requests in 0..5 {
        let scene = Scene::start().await;
        let room = scene.room_of(&[1]).await;
        let phone = scene.open(room, 1, "phone=").await;
        let once = || new_message(room, 1, "once", Some(&key));
        let died = die_after(&scene.chat, requests, async |store| {
            scene.app_on(store).send(once(), moment(60)).await
        });
        assert!(died.await.is_none(), "after {requests}");

        let message = scene.app.send(once(), moment(66)).await.unwrap();
        scene.settle_from(67).await;

        let mut ids = scene.message_ids(&phone);
        ids.dedup();
        assert_eq!(ids, [message.id.get()], "after {requests}");
        assert_eq!(scene.chat.message_count(room).await, 1, "after {requests}");
    }
}

#[tokio::test]
async fn a_broadcast_whose_holder_died_is_not_gone_on_with_before_its_lease_is_over() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    let phone = scene.open(room, 1, "phone=").await;
    drop(scene.changes());
    assert!(!send_and_die(&scene, room, 3).await);

    for now in [61, 63] {
        let batch = scene.changes();
        scene.deliver(batch, at(now)).await;
        assert_eq!(scene.stage.posts(&phone), 0, "the holder may be alive at {now}");
    }
    let watch = scene.changes();
    let changes = watch.iter().filter_map(|record| record.record.clone().change().unwrap());
    let expected = Change::ToBeBroadcast { room, message: 1.try_into().unwrap() };
    assert_eq!(changes.collect::<Vec<_>>(), [expected], "it is to be looked after once more");

    scene.deliver(watch, at(65)).await;
    assert_eq!(scene.message_ids(&phone), [1]);
    scene.settle_from(66).await;
    assert_eq!(scene.message_ids(&phone), [1]);
}

#[tokio::test]
async fn a_fan_out_that_dies_anywhere_while_it_broadcasts_is_repeated_under_its_own_lease() {
    for requests in 0..6 {
        let scene = Scene::with_inline_max(0).await;
        let room = scene.room_of(&[1]).await;
        let phone = scene.open(room, 1, "phone=").await;
        for text in ["one", "two", "three"] {
            scene.send(room, 1, text).await.unwrap();
        }
        let batch = scene.changes();

        let repeated = batch.clone();
        let died = die_after(&scene.chat, requests, async |store| {
            process(&scene.app_on(store), repeated, at(60)).await
        });
        let died = died.await.is_none();
        // Nobody waits until the lease of the dead one is over.
        scene.deliver(batch, at(61)).await;

        let mut ids = scene.message_ids(&phone);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids, [1, 2, 3], "after {requests}, died: {died}");
        let found = scene.chat.room(room).await.unwrap().unwrap();
        assert_eq!((found.lease(), found.broadcast_id()), (None, 3), "after {requests}");
    }
}

#[tokio::test]
async fn a_number_whose_sender_died_holds_up_nobody_for_longer_than_the_lease() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let phone = scene.open(room, 1, "phone=").await;
    number(&scene.chat.store, room, lease(at(60)), at(60)).await.unwrap();
    for text in ["two", "three"] {
        scene.send(room, 2, text).await.unwrap();
    }
    assert_eq!(scene.stage.posts(&phone), 0, "the holder is thought to be at it");

    let batch = scene.changes();
    scene.deliver(batch, at(65)).await;

    assert_eq!(scene.message_ids(&phone), [2, 3]);
}

#[tokio::test]
async fn a_handover_that_meets_a_holder_who_dies_is_looked_after() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    let phone = scene.open(room, 1, "phone=").await;
    for text in ["one", "two", "three"] {
        scene.chat.send(room, user(1), text).await.unwrap();
    }
    // Who works off their records broadcasts a part, and hands over.
    let seen = scene.chat.room(room).await.unwrap().unwrap().lease();
    let fan_out = lease(at(60));
    scene.chat.take_lease(room, seen, fan_out).await.unwrap().unwrap();
    drop(scene.changes());
    scene.chat.hand_over(room, fan_out.owner, 1, at(60)).await.unwrap();
    // A sender takes the lease with its number, and dies without a message.
    number(&scene.chat.store, room, lease(at(61)), at(61)).await.unwrap();

    scene.settle_from(62).await;

    assert_eq!(scene.message_ids(&phone), [2, 3]);
}
