//! Sockets that are closed, or looked at, from the server's side.

use std::time::Duration;

use crate::world::{Answer, Scene, at, nobody, socket, user};

/// What other stand-ins and proxies answer as well.
const GONE: [Answer; 2] = [Answer::GONE, Answer::Refused(410, None, "<html>Gone</html>")];

/// How long a socket whose `$connect` is running is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

#[tokio::test]
async fn each_of_these_sockets_is_closed_and_no_other() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2]).await;
    let closed = [scene.open(room, 2, "phone=").await, scene.open(room, 2, "laptop=").await];
    let stays = scene.open(room, 1, "stays=").await;

    scene.app.broadcaster.close(closed.to_vec(), PATIENCE, at(60)).await.unwrap();

    for socket in &closed {
        assert_eq!(scene.stage.closings(socket), 1);
    }
    assert_eq!(scene.stage.closings(&stays), 0);
}

#[tokio::test]
async fn closing_nothing_is_done_at_once() {
    let scene = Scene::start().await;
    scene.app.broadcaster.close(Vec::new(), PATIENCE, at(60)).await.unwrap();
    assert_eq!(scene.stage.calls().len(), 0);
}

#[tokio::test]
async fn a_socket_that_is_gone_already_is_as_good_as_closed_and_returned() {
    for gone in GONE {
        let scene = Scene::start().await;
        let room = scene.chat.room_of(&[1]).await;
        let stale = scene.open(room, 1, "stale=").await;
        scene.stage.answer(&stale, [gone]);

        let closing = scene.app.broadcaster.close(vec![stale.clone()], PATIENCE, at(60));

        assert_eq!(closing.await.unwrap(), std::slice::from_ref(&stale), "{gone:?}");
        assert_eq!(scene.stage.closings(&stale), 1, "{gone:?}");
    }
}

#[tokio::test]
async fn a_socket_whose_connect_is_running_is_closed_as_soon_as_it_is_there() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let coming = scene.open(room, 1, "coming=").await;
    scene.stage.answer(&coming, [Answer::GONE, Answer::GONE, Answer::Done]);

    scene.app.broadcaster.close(vec![coming.clone()], PATIENCE, at(1)).await.unwrap();

    assert_eq!(scene.stage.closings(&coming), 3);
}

#[tokio::test]
async fn sockets_whose_connect_never_ends_are_not_waited_for_long() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let mut refused = Vec::new();
    for number in 0..8 {
        let socket = scene.open(room, 1, &format!("refused{number}=")).await;
        scene.stage.answer(&socket, [Answer::GONE]);
        refused.push(socket);
    }
    let began = std::time::Instant::now();

    let gone = scene.app.broadcaster.close(refused.clone(), PATIENCE, at(1)).await.unwrap();

    assert_eq!(gone, [], "they may be there yet");
    assert!(refused.iter().all(|socket| scene.stage.closings(socket) > 1));
    assert!(began.elapsed().as_secs() < 6, "side by side, it takes a second");
}

#[tokio::test]
async fn a_socket_that_cannot_be_closed_is_reported_after_the_others_were_closed() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let sockets = ["a=", "b=", "c="].map(|id| socket(room, user(1), id));
    scene.stage.answer(&sockets[0], [Answer::Refused(403, None, "{}")]);

    let outcome = scene.app.broadcaster.close(sockets.to_vec(), PATIENCE, at(60)).await;

    assert!(outcome.is_err());
    assert!(sockets.iter().all(|socket| scene.stage.closings(socket) == 1));
}

#[tokio::test]
async fn a_look_at_a_socket_tells_open_from_gone_and_from_no_answer() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let phone = socket(room, user(1), "phone=");
    for (answer, open) in [
        (Answer::Done, Some(true)),
        (GONE[0], Some(false)),
        (GONE[1], Some(false)),
        (Answer::FAILED, None),
        (Answer::Refused(403, None, "{}"), None),
    ] {
        scene.stage.answer(&phone, [answer]);
        assert_eq!(scene.app.broadcaster.is_open(&phone.id).await, open, "{answer:?}");
    }
    let elsewhere = scene.broadcaster_to(&format!("{}/prod", nobody().await));
    assert_eq!(elsewhere.is_open(&phone.id).await, None, "out of reach");
}
