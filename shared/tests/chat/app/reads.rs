//! Read marks, as the room hears of them.

use shared::{domain::RoomId, store::Storing};

use crate::world::{MOST_MEMBERS, Scene, acts, at, user};

/// Reads up to this message as the function does.
async fn read(scene: &Scene, room: RoomId, who: u64, message: u64) {
    let found = scene.chat.room(room).await.expect("an answer").expect("a room");
    let announced = found.announces_presence(MOST_MEMBERS);
    let reading = scene.chat.mark_read(room, user(who), message, announced, at(60)).await;
    reading.expect("an outcome");
}

/// The marks that a socket heard of, with whose they are.
fn marks(scene: &Scene, socket: &shared::domain::Connection) -> Vec<(u64, u64)> {
    let frames = scene.stage.frames(socket).into_iter().filter(|frame| frame["type"] == "read");
    let mark = |frame: serde_json::Value| {
        let message = frame["data"]["last_read_message_id"].as_u64();
        (frame["user_id"].as_u64().expect("a user"), message.expect("a message"))
    };
    frames.map(mark).collect()
}

#[tokio::test]
async fn each_read_that_moves_a_mark_is_broadcast_once() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let here = scene.open(room, 1, "here=").await;
    for _ in 0..5 {
        scene.send(room, 1, "to be read").await.unwrap();
    }
    for message in [2, 2, 1, 5, 5] {
        read(&scene, room, 2, message).await;
        scene.settle().await;
    }
    assert_eq!(marks(&scene, &here), [(2, 2), (2, 5)]);
}

#[tokio::test]
async fn of_the_reads_in_one_batch_the_latest_of_each_member_is_broadcast() {
    let scene = Scene::start().await;
    let (room, elsewhere) = (scene.room_of(&[1, 2, 3]).await, scene.room_of(&[2]).await);
    let here = scene.open(room, 1, "here=").await;
    let there = scene.open(elsewhere, 2, "there=").await;
    scene.settle().await;
    for message in 1..=4 {
        read(&scene, room, 2, message).await;
        read(&scene, elsewhere, 2, message + 10).await;
        read(&scene, room, 3, message + 20).await;
    }

    let batch = scene.changes();
    scene.deliver(batch, at(60)).await;

    let mut heard = marks(&scene, &here);
    heard.sort_unstable();
    assert_eq!(heard, [(2, 4), (3, 24)]);
    assert_eq!(marks(&scene, &there), [(2, 14)]);
}

#[tokio::test]
async fn no_read_is_broadcast_in_a_room_above_the_size_that_announces_presence() {
    for (members, heard) in [(MOST_MEMBERS, 1), (MOST_MEMBERS + 1, 0)] {
        let scene = Scene::start().await;
        let room = scene.room_of(&(1..=members).collect::<Vec<_>>()).await;
        let here = scene.open(room, 1, "here=").await;

        read(&scene, room, 2, 1).await;
        scene.settle().await;

        assert_eq!(marks(&scene, &here).len(), heard, "{members} members");
        assert_eq!(scene.chat.member(room, 2).await.last_read_message_id, 1);
    }
}

/// Sending moves the mark without an event. The guide's user sends, and then marks as read.
#[tokio::test]
async fn a_read_up_to_ones_own_message_is_broadcast_once() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let here = scene.open(room, 1, "here=").await;
    scene.send(room, 1, "one").await.unwrap();
    for round in 1..=2 {
        scene.send(room, 2, "mine").await.unwrap();
        for message in [1, 1 + round, 1 + round] {
            read(&scene, room, 2, message).await;
            scene.settle().await;
        }
    }
    assert_eq!(marks(&scene, &here), [(2, 2), (2, 3)]);
}

#[tokio::test]
async fn reading_in_a_quiet_room_clears_a_number_whose_sender_died() {
    let scene = Scene::start().await;
    let id = scene.room_of(&[1, 2]).await;
    scene.send(id, 1, "one").await.unwrap();
    acts::number(&scene.chat.store, id, acts::lease(at(60)), at(60)).await.unwrap();
    let room = scene.chat.room(id).await.unwrap().unwrap();
    assert_eq!(room.last_message_id, 2);

    let soon = scene.app.newest_readable(&room, at(60)).await.unwrap();
    assert_eq!(soon, 1, "the message may be on its way");
    let later = scene.app.newest_readable(&room, at(61)).await.unwrap();

    assert_eq!(later, 2);
    read(&scene, id, 2, later).await;
    assert_eq!(scene.chat.member(id, 2).await.unread_count(room.last_message_id), 0);
    let late = acts::under_number(&room, user(1), "late", at(62));
    let storing = scene.chat.store_message(&late, None, None).await.unwrap();
    assert_eq!(storing, Storing::Void, "a late sender takes a new number");
}
