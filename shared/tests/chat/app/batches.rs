//! Batches of the stream: what comes twice, what cannot be read, and what fails.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use aws_sdk_dynamodb::config::{
    HttpClient, RuntimeComponents, SharedHttpClient, http::HttpRequest,
};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use shared::{
    app::StreamRecord,
    domain::{Role, RoomId},
    store::{Action, Change},
};

use crate::world::{Answer, Scene, at, moment, new_message, process, profile, user};

/// Things of every kind happen, each followed by the stream, whose batches come so often.
async fn lively_room(times: usize) -> (Scene, RoomId) {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    scene.chat.put_profile(&profile(3)).await.expect("an outcome");
    let settle = async || scene.settle_with(66, times).await;
    scene.open(room, 1, "here=").await;
    let phone = scene.enter(2, "phone=").await;
    let tablet = scene.enter(3, "tablet=").await;
    settle().await;
    scene.send(room, 1, "one").await.expect("an outcome");
    scene.chat.add_member(room, user(3), Role::Member, at(60)).await.expect("an outcome");
    settle().await;
    scene.send(room, 3, "two").await.expect("an outcome");
    scene.chat.mark_read(room, user(1), 2, true, at(60)).await.expect("an outcome");
    scene.chat.disconnect(&phone).await.expect("an outcome");
    scene.enter(2, "phone2=").await;
    settle().await;
    scene.stage.answer(&tablet, [Answer::GONE]);
    scene.send(room, 2, "three").await.expect("an outcome");
    settle().await;
    // Numbered and stored by a sender that died.
    scene.chat.send(room, user(1), "four").await.expect("an outcome");
    settle().await;
    scene.chat.remove_member(room, user(2)).await.expect("an outcome");
    settle().await;
    (scene, room)
}

#[tokio::test]
async fn a_batch_that_comes_twice_harms_nobody() {
    for times in [1, 2, 3] {
        let (scene, room) = lively_room(times).await;
        let here = crate::world::socket(room, user(1), "here=");

        assert_eq!(scene.chat.online(room).await, [1], "{times} times");
        assert_eq!(scene.chat.subscribed(room).await, ["here="], "{times} times");
        assert_eq!(scene.message_ids(&here), [1, 2, 3, 4], "{times} times");
        let found = scene.chat.room(room).await.unwrap().unwrap();
        assert_eq!((found.broadcast_id(), found.member_count), (4, 2), "{times} times");
        for (of, last) in [(2, "member_leave"), (3, "member_offline")] {
            let mut presence = scene
                .events(&here)
                .into_iter()
                .filter(|(kind, user)| *user == of && kind.starts_with("member_"));
            assert_eq!(presence.next_back().unwrap().0, last, "of {of}, {times} times");
        }
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_reported_and_the_others_are_done() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    scene.chat.put_profile(&profile(2)).await.unwrap();
    let here = scene.open(room, 1, "here=").await;
    scene.settle().await;
    scene.chat.add_member(room, user(2), Role::Member, at(60)).await.unwrap();
    let mut batch = scene.changes();
    let odd = |record: &StreamRecord, number: &str| {
        let mut odd = record.clone();
        odd.sequence_number = number.to_owned();
        odd.record.action = Action::Insert;
        odd
    };
    let added = |record: &&StreamRecord| {
        matches!(record.record.clone().change(), Ok(Some(Change::MemberAdded(_))))
    };
    let member = batch.iter().find(added).unwrap().clone();
    let mut without_image = odd(&member, "1");
    without_image.record.new = serde_dynamo::Item::default();
    let mut without_key = odd(&member, "2");
    without_key.record.keys = serde_dynamo::Item::default();
    batch.insert(0, without_image);
    batch.push(without_key);

    let mut failed = scene.app.fan_out(batch, moment(60)).await;

    failed.sort();
    assert_eq!(failed, ["1", "2"]);
    assert_eq!(scene.count(&here, "member_join", 2), 1);
}

#[tokio::test]
async fn a_failing_call_to_the_table_reports_the_record_and_stops_its_partition_only() {
    let scene = Scene::start().await;
    let (ill, well) = (scene.room_of(&[1]).await, scene.room_of(&[1]).await);
    let here = scene.open(well, 1, "well=").await;
    let there = scene.open(ill, 1, "ill=").await;
    scene.settle().await;
    for (id, room) in [(2, ill), (2, well), (3, ill), (3, well)] {
        scene.chat.put_profile(&profile(id)).await.unwrap();
        scene.chat.add_member(room, user(id), Role::Member, at(60)).await.unwrap();
    }
    let batch = scene.changes();
    let first_of_ill = batch
        .iter()
        .find(|record| match record.record.clone().change() {
            Ok(Some(Change::MemberAdded(member))) => member.room_id == ill,
            _ => false,
        })
        .unwrap();
    let expected = first_of_ill.sequence_number.clone();
    let faulty = Faulty::about(&scene, &format!("ROOM#{ill}#SUBS"));
    let store = scene.chat.database.store_through(&SharedHttpClient::new(faulty.clone()));
    let app = scene.app_on(store);

    let failed = process(&app, batch.clone(), at(60)).await;

    assert_eq!(
        failed,
        std::slice::from_ref(&expected),
        "the first of its partition, and no later one"
    );
    assert_eq!(joined(&scene, &here), [2, 3]);
    assert_eq!(joined(&scene, &there), [0; 0]);

    faulty.on.store(false, Relaxed);
    let from = batch.iter().position(|record| record.sequence_number == expected).unwrap();
    assert!(process(&app, batch[from..].to_vec(), at(61)).await.is_empty());
    assert_eq!(joined(&scene, &there), [2, 3], "in their order");
}

fn joined(scene: &Scene, socket: &shared::domain::Connection) -> Vec<u64> {
    let events = scene.events(socket).into_iter();
    events.filter(|(kind, _)| kind == "member_join").map(|(_, user)| user).collect()
}

#[tokio::test]
async fn posts_that_fail_make_no_record_come_again() {
    for answer in [Answer::GONE, Answer::THROTTLED, Answer::FAILED] {
        let scene = Scene::with_inline_max(0).await;
        let room = scene.room_of(&[1, 2]).await;
        scene.open(room, 1, "ill=").await;
        scene.stage.answer_all(answer);
        scene.app.send(new_message(room, 1, "hello", None), moment(60)).await.unwrap();
        scene.chat.remove_member(room, user(2)).await.unwrap();

        let batch = scene.changes();
        scene.deliver(batch, at(5)).await;
    }
}

#[tokio::test]
async fn an_empty_batch_and_changes_of_which_nobody_hears_are_nothing_to_do() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    let here = scene.open(room, 1, "here=").await;
    scene.settle().await;
    scene.chat.put_profile(&profile(1)).await.unwrap();
    scene.chat.void(room, 1.try_into().unwrap()).await.unwrap();

    scene.deliver(Vec::new(), at(60)).await;
    scene.settle().await;

    assert_eq!(scene.stage.posts(&here), 0);
}

/// A way to the table on which requests that mention a text fail at once.
#[derive(Debug, Clone)]
struct Faulty<W> {
    on: Arc<AtomicBool>,
    about: String,
    way: W,
}

impl Faulty<SharedHttpClient> {
    fn about(scene: &Scene, text: &str) -> Self {
        let (on, about) = (Arc::new(AtomicBool::new(true)), text.to_owned());
        Self { on, about, way: scene.chat.database.http().clone() }
    }
}

impl HttpClient for Faulty<SharedHttpClient> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let way = self.way.http_connector(settings, components);
        let (on, about) = (Arc::clone(&self.on), self.about.clone());
        SharedHttpConnector::new(Faulty { on, about, way })
    }
}

impl HttpConnector for Faulty<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = request.body().bytes().map(String::from_utf8_lossy).unwrap_or_default();
        if self.on.load(Relaxed) && body.contains(&self.about) {
            let error =
                aws_smithy_runtime_api::client::result::ConnectorError::user("a fault".into());
            return HttpConnectorFuture::ready(Err(error));
        }
        self.way.call(request)
    }
}
