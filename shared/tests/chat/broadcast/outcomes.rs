//! One socket's trouble is that socket's alone, and never the broadcast's.

use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use shared::{
    broadcast::Audience,
    store::{Store, StoreError},
};
use tokio::time::timeout;

use crate::world::{ATTEMPTS, Answer, DEADLINE, Scene, at, client, left, nobody};

const BARE_THROTTLE: Answer = Answer::Refused(429, None, "Too Many Requests");

#[tokio::test]
async fn a_throttled_post_is_tried_again() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let slow = scene.open(room, 1, "slow=").await;
    scene.stage.answer(&slow, [Answer::THROTTLED, Answer::Done]);

    scene.broadcast(left(room, 3)).await;

    assert_eq!((scene.stage.posts(&slow), scene.stage.frames(&slow).len()), (2, 1));
}

#[tokio::test]
async fn a_socket_in_trouble_stays_subscribed_and_costs_the_others_nothing() {
    for (answer, posts) in [
        (Answer::THROTTLED, ATTEMPTS),
        (BARE_THROTTLE, ATTEMPTS),
        (Answer::FAILED, ATTEMPTS),
        (Answer::Refused(413, Some("PayloadTooLargeException"), "{}"), 1),
        (Answer::Refused(403, None, r#"{"message":"Forbidden"}"#), 1),
        (Answer::Refused(400, Some("BadRequestException"), "Invalid connectionId"), 1),
    ] {
        let scene = Scene::start().await;
        let room = scene.chat.room_of(&[1, 2]).await;
        let (well, ill) = (scene.open(room, 1, "well=").await, scene.open(room, 2, "ill=").await);
        scene.stage.answer(&ill, [answer]);

        scene.broadcast(left(room, 3)).await;

        assert_eq!(scene.stage.posts(&ill), posts, "{answer:?}");
        assert_eq!(scene.stage.frames(&well).len(), 1, "{answer:?}");
        scene.deliver(scene.changes(), at(60)).await;
        assert_eq!(scene.chat.subscribed(room).await, ["ill=", "well="], "{answer:?}");
    }
}

#[tokio::test]
async fn a_socket_that_never_answers_holds_neither_the_others_nor_the_broadcast() {
    let scene = Scene::with_attempts_of(Duration::from_millis(400)).await;
    let room = scene.chat.room_of(&[1, 2]).await;
    let dead = scene.open(room, 1, "dead=").await;
    let mut others = Vec::new();
    for number in 0..5 {
        others.push(scene.open(room, 2, &format!("other{number}=")).await);
    }
    scene.stage.answer(&dead, [Answer::Silence]);

    let broadcast = scene.broadcast(left(room, 3));
    tokio::pin!(broadcast);
    let others_have_it = scene.stage.until(|calls| {
        calls.iter().filter(|call| call.answer == Answer::Done).count() == others.len()
    });
    tokio::select! {
        biased;
        () = &mut broadcast => panic!("the broadcast ended before the dead socket was given up"),
        () = others_have_it => {}
    }

    assert!(timeout(DEADLINE, broadcast).await.is_ok(), "the broadcast hangs");
    assert_eq!(scene.chat.subscribed(room).await.len(), 6, "silence is not a 410");
}

#[tokio::test]
async fn a_broadcast_without_a_table_is_an_error_and_posts_nothing() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let nowhere = client(&nobody().await, scene.chat.database.http());
    let lost = Store::new(nowhere, "chat");

    let app = scene.app_on(lost);
    let outcome = app.broadcaster.broadcast(left(room, 1), at(60), Audience::Everybody).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");

    assert_eq!(scene.stage.calls().len(), 0);
}

#[tokio::test]
async fn a_broadcast_without_a_websocket_api_ends_quietly_and_forgets_nobody() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    scene.open(room, 1, "phone=").await;
    let nowhere = format!("{}/prod", nobody().await);

    let broadcaster = scene.broadcaster_to(&nowhere);
    broadcaster.broadcast(left(room, 3), at(60), Audience::Everybody).await.unwrap();
    scene.settle().await;

    assert_eq!(scene.chat.subscribed(room).await, ["phone="]);
}

#[tokio::test]
async fn the_log_has_one_outcome_for_each_socket() {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1, 2]).await;
    for (id, answer) in [
        ("done1=", Answer::Done),
        ("done2=", Answer::Done),
        ("done3=", Answer::Done),
        ("gone1=", Answer::GONE),
        ("gone2=", Answer::GONE),
        ("throttled=", Answer::THROTTLED),
        ("failed=", Answer::FAILED),
    ] {
        let socket = scene.open(room, 1, id).await;
        scene.stage.answer(&socket, [answer]);
    }
    let log = Log::default();
    let sink = log.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || sink.clone()).finish();

    let recording = tracing::subscriber::set_default(subscriber);
    scene.broadcast(left(room, 3)).await;
    drop(recording);

    let logged = log.fields("the broadcast is over");
    for (outcome, count) in
        [("delivered", 3), ("gone", 2), ("throttled", 1), ("failed", 1), ("settling", 0)]
    {
        assert_eq!(logged[outcome], count, "{outcome} in {logged}");
    }
}

#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// The fields of the first line with this message.
    fn fields(&self, message: &str) -> Value {
        let lines = self.0.lock().expect("a log").clone();
        let lines = String::from_utf8(lines).expect("a log in UTF-8");
        let mut lines = lines.lines().map(|line| serde_json::from_str(line).expect("a JSON line"));
        let line = lines.find(|line: &Value| line["fields"]["message"] == message);
        line.expect("such a line")["fields"].take()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a log").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
