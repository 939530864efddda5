//! A removed member's sockets.

use shared::broadcast::ExpelError;

use crate::{
    chat::{at, user},
    scene::{Scene, left},
    stage::Answer,
};

#[tokio::test]
async fn a_removed_members_sockets_are_closed_and_no_others() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2]).await;
    let elsewhere = scene.chat.room_of(&[2]).await;
    let expelled = [scene.open(room, 2, "phone=").await, scene.open(room, 2, "laptop=").await];
    let stays = scene.open(room, 1, "stays=").await;
    let outside = scene.open(elsewhere, 2, "outside=").await;

    scene.broadcaster.expel(room, user(2), at(60)).await.unwrap();

    for socket in &expelled {
        assert_eq!(scene.stage.closings(socket), 1);
        assert_eq!(scene.chat.connection(&socket.id).await.unwrap(), None);
    }
    assert_eq!((scene.stage.closings(&stays), scene.stage.closings(&outside)), (0, 0));
    assert_eq!(scene.subscribed(room).await, std::slice::from_ref(&stays.id));
    assert_eq!(scene.subscribed(elsewhere).await, [outside.id]);

    scene.tell(left(room, 2)).await;
    assert!(expelled.iter().all(|socket| scene.stage.posts(socket) == 0), "no frame afterwards");
    assert_eq!(scene.stage.frames(&stays).len(), 1);
}

#[tokio::test]
async fn expelling_who_has_no_socket_is_done_at_once() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    for who in [1, 2] {
        scene.broadcaster.expel(room, user(who), at(60)).await.unwrap();
    }
    assert_eq!(scene.stage.calls().len(), 0);
}

#[tokio::test]
async fn a_socket_that_is_gone_already_is_as_good_as_closed() {
    for gone in [Answer::GONE, Answer::Refused(410, None, "<html>Gone</html>")] {
        let scene = Scene::start().await;
        let room = scene.chat.room_of(&[1]).await;
        let stale = scene.open(room, 1, "stale=").await;
        scene.stage.answer(&stale, [gone]);

        scene.broadcaster.expel(room, user(1), at(60)).await.unwrap();

        assert_eq!(scene.stage.closings(&stale), 1, "{gone:?}");
        assert!(scene.subscribed(room).await.is_empty(), "{gone:?}");
    }
}

#[tokio::test]
async fn a_socket_whose_connect_is_running_is_closed_as_soon_as_it_is_there() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let coming = scene.open(room, 1, "coming=").await;
    scene.stage.answer(&coming, [Answer::GONE, Answer::GONE, Answer::Done]);

    scene.broadcaster.expel(room, user(1), at(1)).await.unwrap();

    assert_eq!(scene.stage.closings(&coming), 3);
}

#[tokio::test]
async fn a_socket_whose_connect_never_ends_is_not_waited_for_long() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let refused = scene.open(room, 1, "refused=").await;
    scene.stage.answer(&refused, [Answer::GONE]);

    scene.broadcaster.expel(room, user(1), at(1)).await.unwrap();

    assert!(scene.stage.closings(&refused) > 1);
    assert!(scene.subscribed(room).await.is_empty());
}

#[tokio::test]
async fn a_socket_that_cannot_be_closed_is_reported_and_keeps_no_other_subscribed() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let sockets = [scene.open(room, 1, "a=").await, scene.open(room, 1, "b=").await];
    for socket in &sockets {
        scene.stage.answer(socket, [Answer::Refused(403, None, "{}")]);
    }

    let outcome = scene.broadcaster.expel(room, user(1), at(60)).await;

    assert!(matches!(outcome, Err(ExpelError::Close(_))), "{outcome:?}");
    assert!(sockets.iter().all(|socket| scene.stage.closings(socket) == 1));
    assert!(scene.subscribed(room).await.is_empty());
}
