//! How many calls to DynamoDB each thing takes.

use shared::{
    calls::{Costs, counted},
    domain::SendKey,
};

use crate::world::{
    Chat, Scene,
    acts::{enter, lease, number},
    at, moment, new_message, ticket_socket, user,
};

#[tokio::test]
async fn a_send_that_broadcasts_takes_five_calls_keyed_or_not() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    for number in 0..30 {
        scene.open(room, 1 + number % 2, &format!("{number}=")).await;
    }
    for round in 0..3 {
        let key: SendKey = format!("key{round}").parse().unwrap();
        for key in [None, Some(&key)] {
            let send = scene.app.send(new_message(room, 1, "counted", key), moment(60));
            let (outcome, Costs { calls, .. }) = counted(send).await;
            outcome.unwrap();
            assert_eq!(calls, 5, "look, number, store, list, release: with {key:?}");
        }
    }
}

#[tokio::test]
async fn a_send_that_finds_the_lease_held_takes_three() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    number(&scene.chat.store, room, lease(at(60)), at(60)).await.unwrap();
    for key in [None, Some(&"key".parse().unwrap())] {
        let send = scene.app.send(new_message(room, 1, "counted", key), moment(60));
        let (outcome, Costs { calls, .. }) = counted(send).await;
        outcome.unwrap();
        assert_eq!(calls, 3, "look, number, store");
    }
}

#[tokio::test]
async fn a_batch_of_other_peoples_messages_takes_three_more() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    scene.open(room, 1, "phone=").await;
    for _ in 0..50 {
        scene.chat.send(room, user(1), "left behind").await.unwrap();
    }
    let (outcome, Costs { calls, .. }) = counted(scene.send(room, 1, "counted")).await;
    outcome.unwrap();
    // Look, number, store, take; read and list for fifty, and keep the progress; read and list for
    // the own one; release.
    assert_eq!(calls, 4 + 3 + 2 + 1);
}

#[tokio::test]
async fn a_repetition_takes_two() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    let key = "key".parse().unwrap();
    let once = || scene.app.send(new_message(room, 1, "once", Some(&key)), moment(60));
    once().await.unwrap();
    let (outcome, Costs { calls, .. }) = counted(once()).await;
    outcome.unwrap();
    assert_eq!(calls, 2, "look, and read the message");
}

#[tokio::test]
async fn a_ticket_socket_of_three_hundred_rooms_comes_and_goes_in_a_few_calls() {
    let chat = Chat::start().await;
    for _ in 0..300 {
        chat.room_of(&[1]).await;
    }
    let phone = ticket_socket(1, "phone=");

    let ((), Costs { calls, .. }) = counted(enter(&chat.store, &phone)).await;
    assert!(calls < 14, "{calls} and the redemption of its ticket");

    let leave = async {
        let connection = chat.connection(&phone.id).await.unwrap().unwrap();
        chat.disconnect(&connection).await.unwrap();
    };
    let ((), Costs { calls, .. }) = counted(leave).await;
    assert!(calls <= 8, "{calls}");
}

#[tokio::test]
async fn what_the_stream_takes_for_each_change_does_not_grow_with_the_sockets() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    for sockets in [1, 40] {
        for number in 0..sockets {
            scene.open(room, 1, &format!("{sockets}.{number}=")).await;
        }
        scene.settle().await;
        let phone = scene.open(room, 2, "phone=").await;
        let batch = scene.changes();
        let ((), Costs { calls, .. }) = counted(scene.deliver(batch, at(60))).await;
        assert_eq!(calls, 3, "came online: look, list, and look again");

        scene.chat.disconnect(&phone).await.unwrap();
        let batch = scene.changes();
        let ((), Costs { calls, .. }) = counted(scene.deliver(batch, at(60))).await;
        assert_eq!(calls, 3, "cleared: two updates and the end of the presence");
        let batch = scene.changes();
        let ((), Costs { calls, .. }) = counted(scene.deliver(batch, at(60))).await;
        assert_eq!(calls, 3, "went offline: look, list, and look again");

        scene.send(room, 1, "hello").await.unwrap();
        let batch = scene.changes();
        let ((), Costs { calls, .. }) = counted(scene.deliver(batch, at(60))).await;
        assert_eq!(calls, 1, "a message that was broadcast: one look");

        scene
            .chat
            .mark_read(room, user(2), if sockets == 1 { 1 } else { 2 }, true, at(60))
            .await
            .unwrap();
        let batch = scene.changes();
        let ((), Costs { calls, .. }) = counted(scene.deliver(batch, at(60))).await;
        assert_eq!(calls, 1, "read: list");
    }
}
