//! 410: the socket is gone, or not there yet.

use serde_json::json;

use crate::{
    chat::{at, user},
    scene::{Scene, left},
    stage::Answer,
};

/// What other stand-ins and proxies answer: a 410 is a 410 by its status.
const FORMS: [Answer; 4] = [
    Answer::GONE,
    Answer::Refused(410, None, ""),
    Answer::Refused(410, None, "<html><body>410 Gone</body></html>"),
    Answer::Refused(410, Some("SomethingElse"), r#"{"message":null}"#),
];

#[tokio::test]
async fn a_gone_socket_is_forgotten_and_no_other() {
    for gone in FORMS {
        let scene = Scene::start().await;
        let room = scene.chat.room_of(&[1, 2, 3]).await;
        let sender = scene.open(room, 1, "sender=").await;
        let stale = scene.open(room, 2, "stale=").await;
        let other = scene.open(room, 3, "other=").await;
        scene.stage.answer(&stale, [gone]);

        scene.tell(left(room, 9)).await;

        assert_eq!(scene.stage.posts(&stale), 1, "a 410 is not tried again: {gone:?}");
        assert_eq!(scene.subscribed(room).await, [other.id.clone(), sender.id.clone()], "{gone:?}");
        assert_eq!(scene.chat.connection(&stale.id).await.unwrap(), None, "{gone:?}");
        for socket in [&sender, &other] {
            assert!(scene.chat.connection(&socket.id).await.unwrap().is_some(), "{gone:?}");
        }
    }
}

#[tokio::test]
async fn the_others_are_told_that_the_user_of_a_last_socket_is_offline() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2]).await;
    let here = scene.open(room, 1, "here=").await;
    let stale = [scene.open(room, 2, "stale1=").await, scene.open(room, 2, "stale2=").await];
    for socket in &stale {
        scene.stage.answer(socket, [Answer::GONE]);
    }

    scene.tell(left(room, 9)).await;

    let frames = scene.stage.frames(&here);
    let kinds: Vec<_> = frames.iter().map(|frame| &frame["type"]).collect();
    assert_eq!(kinds, ["member_leave", "member_offline"], "told once: {frames:?}");
    assert_eq!(frames[1]["user_id"], 2);
    for socket in &stale {
        assert_eq!(scene.stage.posts(socket), 1, "a forgotten socket is told nothing more");
    }
    assert!(!scene.chat.online_users(room, at(60)).await.unwrap().contains(&user(2)));
}

#[tokio::test]
async fn a_user_with_another_socket_does_not_go_offline() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let (stale, phone) = (scene.open(room, 1, "stale=").await, scene.open(room, 1, "phone=").await);
    scene.stage.answer(&stale, [Answer::GONE]);

    scene.tell(left(room, 9)).await;
    scene.tell(left(room, 10)).await;

    let frames = scene.stage.frames(&phone);
    assert!(frames.iter().all(|frame| frame["type"] == "member_leave"), "{frames:?}");
    assert_eq!(frames.len(), 2);
    assert_eq!(scene.stage.posts(&stale), 1);
}

#[tokio::test]
async fn a_socket_is_not_forgotten_in_its_first_ten_seconds() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2]).await;
    let (young, other) = (scene.open(room, 1, "young=").await, scene.open(room, 2, "other=").await);
    scene.stage.answer(&young, [Answer::GONE]);

    for now in [0, 5, 9] {
        scene.broadcaster.broadcast(left(room, 9), at(now), None).await;
        assert_eq!(scene.subscribed(room).await, [other.id.clone(), young.id.clone()], "{now} s");
    }
    scene.broadcaster.broadcast(left(room, 9), at(10), None).await;

    assert_eq!(scene.subscribed(room).await, std::slice::from_ref(&other.id));
    let offline = scene.stage.frames(&other).pop().unwrap();
    assert_eq!(offline["data"], json!({ "user_id": 1, "status": "offline" }));
}

#[tokio::test]
async fn everyone_can_be_gone_at_once() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2, 3]).await;
    let before = scene.chat.database.items().await;
    for (owner, id) in [(1, "a="), (1, "b="), (2, "c="), (3, "d=")] {
        let socket = scene.open(room, owner, id).await;
        scene.stage.answer(&socket, [Answer::GONE]);
    }

    scene.tell(left(room, 9)).await;

    assert_eq!(scene.stage.calls().len(), 4, "there is nobody to tell of it");
    assert_eq!(scene.chat.database.items().await, before, "nothing of them is left");
}

#[tokio::test]
async fn sockets_found_gone_while_others_are_announced_offline_are_announced_too() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2, 3]).await;
    let here = scene.open(room, 1, "here=").await;
    let (gone, going) = (scene.open(room, 2, "gone=").await, scene.open(room, 3, "going=").await);
    scene.stage.answer(&gone, [Answer::GONE]);
    scene.stage.answer(&going, [Answer::Done, Answer::GONE]);

    scene.tell(left(room, 9)).await;

    let told: Vec<_> = scene
        .stage
        .frames(&here)
        .iter()
        .map(|frame| (frame["type"].to_string(), frame["user_id"].as_u64()))
        .collect();
    let expected = [("member_leave", 9), ("member_offline", 2), ("member_offline", 3)];
    assert_eq!(told, expected.map(|(kind, user)| (format!("{kind:?}"), Some(user))));
}
