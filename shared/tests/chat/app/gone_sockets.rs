//! Sockets that a broadcast found gone are cleared behind the stream.

use shared::{
    calls::{Costs, counted},
    moment::Moment,
};

use crate::world::{Answer, Scene, at, die_after, left, new_message, process};

#[tokio::test]
async fn a_gone_socket_is_cleared_and_its_user_goes_offline() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let here = scene.open(room, 1, "here=").await;
    let stale = [scene.open(room, 2, "stale1=").await, scene.open(room, 2, "stale2=").await];
    scene.settle().await;
    for socket in &stale {
        scene.stage.answer(socket, [Answer::GONE]);
    }

    scene.send(room, 1, "anybody there?").await.unwrap();
    scene.settle().await;

    let of_bob: Vec<_> = scene
        .events(&here)
        .into_iter()
        .filter(|(_, user)| *user == 2)
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(of_bob, ["member_online", "member_offline"], "once for both sockets");
    assert_eq!(scene.chat.online(room).await, [1]);
    assert_eq!(scene.chat.subscribed(room).await, ["here="]);
    for socket in &stale {
        assert_eq!(scene.chat.connection(&socket.id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_user_with_another_socket_does_not_go_offline() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    let (stale, phone) = (scene.open(room, 1, "stale=").await, scene.open(room, 1, "phone=").await);
    scene.settle().await;
    scene.stage.answer(&stale, [Answer::GONE]);

    scene.broadcast(left(room, 9)).await;
    scene.settle().await;
    scene.broadcast(left(room, 10)).await;

    assert_eq!(scene.count(&phone, "member_offline", 1), 0);
    assert_eq!((scene.stage.posts(&stale), scene.stage.posts(&phone)), (1, 2));
    assert_eq!(scene.chat.online(room).await, [1]);
}

#[tokio::test]
async fn a_gone_ticket_socket_is_cleared_in_all_rooms_of_its_user() {
    let scene = Scene::start().await;
    let rooms = [scene.room_of(&[1, 2]).await, scene.room_of(&[2]).await];
    let phone = scene.enter(2, "phone=").await;
    scene.settle().await;
    scene.stage.answer(&phone, [Answer::GONE]);

    scene.send(rooms[0], 1, "anybody there?").await.unwrap();
    scene.settle().await;

    for room in rooms {
        assert_eq!(scene.chat.online(room).await, [0; 0]);
        assert_eq!(scene.chat.subscribed(room).await, [""; 0]);
    }
}

#[tokio::test]
async fn an_expired_subscriber_goes_the_same_way() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let lost = scene.open(room, 2, "lost=").await;
    scene.settle().await;
    let now = lost.expires_at();

    scene.app.send(new_message(room, 1, "long after", None), Moment::now(now)).await.unwrap();
    scene.settle_from(now.duration_since(at(0)).as_secs()).await;

    assert_eq!(scene.stage.posts(&lost), 0);
    assert_eq!(scene.chat.online(room).await, [0; 0]);
    assert_eq!(scene.chat.connection(&lost.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_subscription_that_is_left_of_a_forgotten_socket_is_cleared_when_it_is_found() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    for id in ["laptop=", "phone="] {
        let socket = match id {
            "phone=" => scene.enter(2, id).await,
            _ => scene.open(room, 2, id).await,
        };
        scene.stage.answer(&socket, [Answer::GONE]);
        scene.chat.disconnect(&socket).await.unwrap();
    }
    // The records of the disconnects were lost.
    drop(scene.changes());

    scene.send(room, 1, "anybody there?").await.unwrap();
    scene.settle().await;

    assert_eq!(scene.chat.subscribed(room).await, [""; 0]);
    assert_eq!(scene.chat.online(room).await, [0; 0]);
}

/// One report can list 1,000 sockets, each of a user in hundreds of rooms.
#[tokio::test]
async fn a_late_report_of_a_forgotten_socket_clears_the_room_of_the_report_only() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    for _ in 0..30 {
        scene.room_of(&[2]).await;
    }
    let phone = scene.enter(2, "phone=").await;
    scene.stage.answer(&phone, [Answer::GONE]);
    scene.chat.disconnect(&phone).await.unwrap();
    drop(scene.changes());
    scene.send(room, 1, "anybody there?").await.unwrap();

    let report = scene.changes();
    let ((), Costs { calls, .. }) = counted(scene.deliver(report, at(60))).await;

    assert_eq!(calls, 1 + 3 + 1, "is it open; three to clear the room; was the message broadcast");
    assert_eq!(scene.chat.subscribed(room).await, [""; 0]);
}

#[tokio::test]
async fn a_clearing_that_dies_anywhere_is_finished_when_it_is_repeated() {
    for requests in 0..6 {
        let scene = Scene::start().await;
        let room = scene.room_of(&[1, 2]).await;
        let before = scene.chat.database.items().await;
        let phone = scene.enter(2, "phone=").await;
        scene.settle().await;
        scene.chat.disconnect(&phone).await.unwrap();
        let batch = scene.changes();

        let repeated = batch.clone();
        die_after(&scene.chat, requests, async |store| {
            process(&scene.app_on(store), repeated, at(60)).await
        })
        .await;
        scene.deliver(batch, at(61)).await;
        scene.settle_from(65).await;

        assert_eq!(scene.chat.database.items().await, before, "after {requests}");
        assert_eq!(scene.chat.online(room).await, [0; 0], "after {requests}");
    }
}

#[tokio::test]
async fn a_clearing_that_died_half_way_is_finished_by_a_removal_that_comes_before_its_repetition() {
    for requests in 0..6 {
        let scene = Scene::start().await;
        let room = scene.room_of(&[1, 2]).await;
        let phone = scene.enter(2, "phone=").await;
        scene.settle().await;
        scene.chat.disconnect(&phone).await.unwrap();
        let batch = scene.changes();
        let repeated = batch.clone();
        die_after(&scene.chat, requests, async |store| {
            process(&scene.app_on(store), repeated, at(60)).await
        })
        .await;

        let bob = crate::world::user(2);
        scene.chat.remove_member(room, bob).await.unwrap();
        scene.app.end_subscriptions(room, bob, at(61)).await.unwrap();
        scene.deliver(batch, at(62)).await;
        scene.settle_from(65).await;

        assert_eq!(scene.chat.online(room).await, [0; 0], "after {requests}");
        assert_eq!(scene.chat.subscribed(room).await, [""; 0], "after {requests}");
    }
}

#[tokio::test]
async fn a_send_to_hundreds_of_dead_sockets_makes_one_call_more_than_one_to_none() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let (_, Costs { calls: alone, .. }) = counted(scene.send(room, 1, "to nobody")).await;
    let first = scene.open(room, 2, "s0000=").await;
    let others: Vec<String> = (1..200).map(|number| format!("s{number:04}=")).collect();
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    scene.chat.database.copy_subscription("s0000=", &others).await;
    drop(scene.changes());
    scene.stage.answer_all(Answer::GONE);

    let (sent, Costs { calls, .. }) = counted(scene.send(room, 1, "to the dead")).await;

    sent.unwrap();
    assert_eq!(scene.stage.posts(&first), 1);
    assert_eq!(calls, alone + 1, "the report");
    scene.settle().await;
    assert_eq!(scene.chat.subscribed(room).await, [""; 0], "all are cleared");
    assert_eq!(scene.chat.online(room).await, [0; 0]);
}
