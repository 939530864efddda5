//! `App::send`: stored, broadcast and answered.

use shared::{
    domain::{Refusal, RoomId, SendKey},
    error::Error,
};

use crate::world::{
    Scene,
    acts::{lease, number},
    at, moment, new_message, process, user,
};

fn key() -> SendKey {
    "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().expect("a key")
}

#[tokio::test]
async fn a_message_is_broadcast_before_it_is_answered_and_the_stream_repeats_nothing() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let sockets = [scene.open(room, 1, "own=").await, scene.open(room, 2, "other=").await];
    let phone = scene.enter(2, "phone=").await;

    for id in 1..=3 {
        assert_eq!(scene.send(room, 1, "hello").await.unwrap().id.get(), id);
        for socket in sockets.iter().chain([&phone]) {
            assert_eq!(scene.message_ids(socket).last(), Some(&id), "{socket:?}");
        }
    }
    let found = scene.chat.room(room).await.unwrap().unwrap();
    assert_eq!((found.broadcast_id(), found.lease()), (3, None));

    scene.settle().await;
    for socket in sockets.iter().chain([&phone]) {
        assert_eq!(scene.message_ids(socket), [1, 2, 3], "{socket:?}");
    }
}

#[tokio::test]
async fn a_repetition_with_the_same_key_is_the_same_message_and_no_second_broadcast() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let other = scene.open(room, 2, "other=").await;
    let once = || new_message(room, 1, "once", Some(&key()));

    let first = scene.app.send(once(), moment(60)).await.unwrap();
    let again = scene.app.send(once(), moment(61)).await.unwrap();
    scene.settle_from(62).await;

    assert_eq!(first, again);
    assert_eq!(first.client_message_id, Some(key()));
    assert_eq!(scene.message_ids(&other), [1]);
}

#[tokio::test]
async fn a_key_that_stands_for_another_message_is_refused() {
    let scene = Scene::start().await;
    let (room, elsewhere) = (scene.room_of(&[1]).await, scene.room_of(&[1]).await);
    let send = async |room, text| {
        scene.app.send(new_message(room, 1, text, Some(&key())), moment(60)).await
    };
    send(room, "once").await.unwrap();

    for (room, text) in [(room, "something else"), (elsewhere, "once")] {
        let refused = send(room, text).await;
        assert!(matches!(refused, Err(Error::KeyReused)), "{refused:?}");
    }
    assert_eq!(scene.chat.message_count(elsewhere).await, 0);
}

#[tokio::test]
async fn who_may_not_send_is_told_why_and_takes_no_number() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    scene.room_of(&[2]).await;
    let nowhere = RoomId::try_from(99).unwrap();
    for (room, from, refusal) in [
        (room, 2, Refusal::NotAMember { room, user: user(2) }),
        (room, 3, Refusal::UnknownUser(user(3))),
        (nowhere, 1, Refusal::UnknownRoom(nowhere)),
    ] {
        match scene.send(room, from, "let me in").await {
            Err(Error::Refusal(found)) => assert_eq!(found, refusal),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(scene.chat.room(room).await.unwrap().unwrap().last_message_id, 0);
}

#[tokio::test]
async fn who_finds_the_lease_held_returns_as_soon_as_the_message_is_stored() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    let phone = scene.open(room, 1, "phone=").await;
    let holder = lease(at(60));
    number(&scene.chat.store, room, holder, at(60)).await.unwrap();

    let message = scene.send(room, 1, "behind the holder").await.unwrap();

    assert_eq!((message.id.get(), scene.stage.posts(&phone)), (2, 0));
    let found = scene.chat.room(room).await.unwrap().unwrap();
    assert_eq!((found.lease(), found.broadcast_id()), (Some(holder), 0));
}

#[tokio::test]
async fn who_finds_the_lease_over_takes_it_and_broadcasts_what_the_dead_left() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    let phone = scene.open(room, 1, "phone=").await;
    for _ in 0..3 {
        scene.chat.send(room, user(1), "stored, never broadcast").await.unwrap();
    }

    scene.send(room, 1, "by the next").await.unwrap();

    assert_eq!(scene.message_ids(&phone), [1, 2, 3, 4]);
    let found = scene.chat.room(room).await.unwrap().unwrap();
    assert_eq!((found.lease(), found.broadcast_id()), (None, 4));
}

#[tokio::test]
async fn a_large_room_is_handed_over_and_broadcast_to_behind_the_stream() {
    for (members, inline) in [(2, true), (3, false)] {
        let scene = Scene::with_inline_max(2).await;
        let room = scene.room_of(&(1..=members).collect::<Vec<_>>()).await;
        let phone = scene.open(room, 1, "phone=").await;

        scene.send(room, 1, "one").await.unwrap();
        scene.send(room, 2, "two").await.unwrap();

        assert_eq!(scene.stage.posts(&phone), if inline { 2 } else { 0 }, "{members} members");
        assert_eq!(scene.chat.room(room).await.unwrap().unwrap().lease(), None);
        scene.settle().await;
        assert_eq!(scene.message_ids(&phone), [1, 2], "{members} members");
    }
}

#[tokio::test]
async fn what_a_handover_announces_is_worked_off_by_one_of_two() {
    let scene = Scene::with_inline_max(0).await;
    let room = scene.room_of(&[1]).await;
    let phone = scene.open(room, 1, "phone=").await;
    for text in ["one", "two", "three"] {
        scene.send(room, 1, text).await.unwrap();
    }
    let batch = scene.changes();
    let other = scene.app_on(scene.chat.store.clone());

    let (failed, others) =
        tokio::join!(process(&scene.app, batch.clone(), at(60)), process(&other, batch, at(60)));

    assert!(failed.is_empty() && others.is_empty());
    scene.settle_from(65).await;
    assert_eq!(scene.message_ids(&phone), [1, 2, 3]);
}

#[tokio::test]
async fn a_message_to_a_room_without_sockets_leaves_no_lease_behind() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;

    scene.send(room, 1, "to nobody").await.unwrap();

    let found = scene.chat.room(room).await.unwrap().unwrap();
    assert_eq!((found.lease(), found.broadcast_id()), (None, 1));
}
