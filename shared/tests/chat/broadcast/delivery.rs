//! Who gets a frame.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;
use shared::broadcast::Audience;

use crate::world::{Scene, at, left, user};

#[tokio::test]
async fn every_socket_of_the_room_gets_the_frame_once() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2]).await;
    let elsewhere = scene.chat.room_of(&[1]).await;
    let sockets = [
        scene.open(room, 1, "phone=").await,
        scene.open(room, 1, "laptop=").await,
        scene.open(room, 2, "other=").await,
    ];
    let outside = scene.open(elsewhere, 1, "outside=").await;

    scene.broadcast(left(room, 3)).await;

    for socket in &sockets {
        assert_eq!(scene.stage.frames(socket).len(), 1, "{socket:?}");
    }
    assert_eq!(scene.stage.posts(&outside), 0);
}

#[tokio::test]
async fn all_sockets_get_the_very_same_bytes() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2]).await;
    for (owner, id) in [(1, "one="), (1, "two="), (2, "three=")] {
        scene.open(room, owner, id).await;
    }

    scene.broadcast(left(room, 3)).await;

    let frames: BTreeSet<Vec<u8>> =
        scene.stage.calls().into_iter().map(|call| call.frame.to_vec()).collect();
    assert_eq!(frames.len(), 1, "{frames:?}");
}

#[tokio::test]
async fn only_the_sockets_of_the_audience_get_the_frame() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2]).await;
    let (one, two) = (scene.open(room, 1, "one=").await, scene.open(room, 2, "two=").await);

    for (audience, posts) in [(Audience::AllBut(user(1)), (0, 1)), (Audience::Everybody, (1, 2))] {
        scene.app.broadcaster.broadcast(left(room, 3), at(1), audience).await.unwrap();
        assert_eq!((scene.stage.posts(&one), scene.stage.posts(&two)), posts, "{audience:?}");
    }
}

#[tokio::test]
async fn more_sockets_than_one_page_lists_get_it_once_each() {
    let scene = Scene::start().await;
    let (room, crowd) = scene.chat.crowd().await;

    scene.broadcast(left(room, 1_000)).await;

    let calls = scene.stage.calls();
    assert_eq!(calls.len(), crowd.len());
    let reached: BTreeSet<&str> = calls.iter().map(|call| call.connection.as_str()).collect();
    assert!(crowd.iter().all(|socket| reached.contains(socket.id.as_str())));
}

#[tokio::test]
async fn a_room_without_sockets_gets_nothing() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    scene.broadcast(left(room, 1)).await;
    assert_eq!(scene.stage.calls().len(), 0);
}

#[tokio::test]
async fn many_broadcasts_at_once_reach_everyone() {
    const EVENTS: u64 = 20;
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2]).await;
    let sockets = [scene.open(room, 1, "one=").await, scene.open(room, 2, "other=").await];

    join_all((1..=EVENTS).map(|number| scene.broadcast(left(room, number)))).await;

    for socket in &sockets {
        let frames = scene.stage.frames(socket);
        let who: BTreeSet<u64> =
            frames.iter().filter_map(|frame| frame["user_id"].as_u64()).collect();
        assert_eq!((frames.len(), who), (20, (1..=EVENTS).collect()));
    }
}

#[tokio::test]
async fn a_reply_goes_to_one_socket_only() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let (asking, other) =
        (scene.open(room, 1, "asking=").await, scene.open(room, 1, "other=").await);
    let frame = json!({ "type": "error", "code": "receive_only" });

    scene.app.broadcaster.reply(&asking.id, &frame).await;

    assert_eq!((scene.stage.frames(&asking), scene.stage.posts(&other)), (vec![frame], 0));
    assert_eq!(asking.user_id, user(1));
}
