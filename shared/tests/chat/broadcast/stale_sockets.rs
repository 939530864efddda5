//! 410: the socket is gone, or not there yet. The broadcaster reports those that are gone.

use shared::{
    broadcast::Audience,
    store::{Change, GoneReport},
};

use crate::world::{Answer, Scene, at, left};

/// What other stand-ins and proxies answer: a 410 is a 410 by its status.
const FORMS: [Answer; 4] = [
    Answer::GONE,
    Answer::Refused(410, None, ""),
    Answer::Refused(410, None, "<html><body>410 Gone</body></html>"),
    Answer::Refused(410, Some("SomethingElse"), r#"{"message":null}"#),
];

/// The reports since the last call, each as the names of its sockets in order.
fn reported(scene: &Scene) -> Vec<Vec<String>> {
    let changes = scene.changes().into_iter();
    let report = |change| match change {
        Some(Change::FoundGone(GoneReport { subscribers, .. })) => {
            let ids = subscribers.into_iter().map(|gone| gone.connection_id.to_string());
            let mut ids: Vec<String> = ids.collect();
            ids.sort();
            Some(ids)
        }
        _ => None,
    };
    changes.filter_map(|record| report(record.record.change().expect("a record"))).collect()
}

#[tokio::test]
async fn a_gone_socket_is_reported_and_no_other() {
    for gone in FORMS {
        let scene = Scene::start().await;
        let room = scene.chat.room_of(&[1, 2, 3]).await;
        scene.open(room, 1, "sender=").await;
        let stale = scene.open(room, 2, "stale=").await;
        scene.open(room, 3, "other=").await;
        scene.stage.answer(&stale, [gone]);

        scene.broadcast(left(room, 9)).await;

        assert_eq!(scene.stage.posts(&stale), 1, "a 410 is not tried again: {gone:?}");
        assert_eq!(reported(&scene), [["stale="]], "{gone:?}");
    }
}

#[tokio::test]
async fn one_broadcast_makes_one_report_of_all_that_are_gone() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2, 3]).await;
    let before = scene.chat.database.items().await;
    for (owner, id) in [(1, "a="), (1, "b="), (2, "c="), (3, "d=")] {
        let socket = scene.open(room, owner, id).await;
        scene.stage.answer(&socket, [Answer::GONE]);
    }

    scene.broadcast(left(room, 9)).await;

    assert_eq!(reported(&scene), [["a=", "b=", "c=", "d="]]);
    assert_eq!(scene.chat.subscribed(room).await.len(), 4, "clearing them is the stream's work");
    // Three items for each socket, one for each presence, and the report.
    assert_eq!(scene.chat.database.items().await, before + 4 * 3 + 3 + 1);
}

#[tokio::test]
async fn a_broadcast_that_finds_all_there_reports_nothing() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    scene.open(room, 1, "phone=").await;
    drop(scene.changes());

    scene.broadcast(left(room, 9)).await;

    assert_eq!(scene.changes().len(), 0);
}

#[tokio::test]
async fn a_socket_is_not_gone_in_its_first_twenty_seconds() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2]).await;
    let young = scene.open(room, 1, "young=").await;
    scene.open(room, 2, "other=").await;
    scene.stage.answer(&young, [Answer::GONE]);

    for (now, gone) in [(0, false), (10, false), (19, false), (20, true)] {
        scene.app.broadcaster.broadcast(left(room, 9), at(now), Audience::Everybody).await.unwrap();
        assert_eq!(!reported(&scene).is_empty(), gone, "after {now} s");
    }
}

#[tokio::test]
async fn a_subscriber_that_has_expired_is_reported_and_not_posted_to() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let expired = scene.open(room, 1, "expired=").await;
    let now = expired.expires_at();

    scene.app.broadcaster.broadcast(left(room, 9), now, Audience::Everybody).await.unwrap();

    assert_eq!(scene.stage.posts(&expired), 0);
    assert_eq!(reported(&scene), [["expired="]]);
}

#[tokio::test]
async fn what_one_item_cannot_hold_is_reported_in_several() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let first = scene.open(room, 1, "s0000=").await;
    let others: Vec<String> = (1..1_001).map(|number| format!("s{number:04}=")).collect();
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    scene.chat.database.copy_subscription("s0000=", &others).await;
    let now = first.expires_at();

    scene.app.broadcaster.broadcast(left(room, 9), now, Audience::Everybody).await.unwrap();

    let mut sizes: Vec<usize> = reported(&scene).iter().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 1_000]);
}
