//! All receivers see one order, whoever sends.

use std::cell::Cell;

use futures_util::future::join_all;
use shared::{app::App, domain::RoomId};

use crate::world::{Answer, Chat, Scene, at, moment, new_message};

const IN_FLIGHT: u64 = 16;
const SENDS: u64 = 96;

/// Sends so many texts, [`IN_FLIGHT`] at a time, each second one through the other process.
async fn storm(processes: [&App; 2], room: RoomId) {
    let lane = async |lane: u64| {
        for number in 0..SENDS / IN_FLIGHT {
            let app = processes[usize::try_from((lane + number) % 2).expect("0 or 1")];
            let message = new_message(room, 1 + lane % 3, &format!("{lane}.{number}"), None);
            app.send(message, moment(60)).await.expect("a message");
        }
    };
    join_all((0..IN_FLIGHT).map(lane)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_sixteen_sends_in_flight_every_socket_gets_each_message_once_in_id_order() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2, 3]).await;
    let mut sockets = Vec::new();
    for number in 0..6 {
        sockets.push(scene.open(room, 1 + number % 3, &format!("{number}=")).await);
    }
    sockets.push(scene.enter(2, "phone=").await);
    let other = scene.app_on(scene.chat.store.clone());

    storm([&scene.app, &other], room).await;
    scene.settle().await;

    let expected: Vec<u64> = (1..=SENDS).collect();
    for socket in &sockets {
        assert_eq!(scene.message_ids(socket), expected, "{}", socket.id);
    }
    let found = scene.chat.room(room).await.unwrap().unwrap();
    assert_eq!((found.broadcast_id(), found.lease()), (SENDS, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_in_trouble_change_nobodys_order() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2, 3]).await;
    let well = [scene.open(room, 1, "well1=").await, scene.open(room, 2, "well2=").await];
    let slow = scene.open(room, 3, "slow=").await;
    let dead = scene.open(room, 3, "dead=").await;
    let flaky = [Answer::THROTTLED, Answer::Done, Answer::FAILED, Answer::Done];
    scene.stage.answer(&slow, flaky.into_iter().cycle().take(4 * 96));
    scene.stage.answer(&dead, [Answer::GONE]);
    let other = scene.app_on(scene.chat.store.clone());

    storm([&scene.app, &other], room).await;
    scene.settle().await;

    for socket in &well {
        assert_eq!(scene.message_ids(socket), (1..=SENDS).collect::<Vec<_>>());
    }
    let ids = scene.message_ids(&slow);
    assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
    assert_eq!(scene.chat.subscribed(room).await, ["slow=", "well1=", "well2="]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_holds_while_senders_hand_over_to_the_stream() {
    let scene = Scene::with_inline_max(2).await;
    let room = scene.room_of(&[1, 2, 3]).await;
    let sockets = [scene.open(room, 1, "one=").await, scene.open(room, 2, "two=").await];
    let other = scene.app_on(scene.chat.store.clone());
    let over = Cell::new(false);
    let sends = async {
        storm([&scene.app, &other], room).await;
        over.set(true);
    };
    let fan_out = async {
        while !over.get() {
            scene.deliver(scene.changes(), at(60)).await;
            tokio::task::yield_now().await;
        }
    };

    tokio::join!(sends, fan_out);
    scene.settle().await;

    for socket in &sockets {
        assert_eq!(scene.message_ids(socket), (1..=SENDS).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn who_subscribes_while_others_send_misses_nothing_that_is_stored_afterwards() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    for round in 0..10 {
        let name = format!("late{round}=");
        let arrives = async {
            let socket = scene.open(room, 2, &name).await;
            (socket, newest(&scene.chat, room).await)
        };
        let sends = join_all((0..4).map(|_| scene.send(room, 1, "while they arrive")));
        let ((socket, stored), sent) = tokio::join!(arrives, sends);
        assert!(sent.iter().all(Result::is_ok));
        let after = scene.send(room, 1, "after").await.unwrap().id.get();

        let ids = scene.message_ids(&socket);
        assert!((stored + 1..=after).all(|id| ids.contains(&id)), "{ids:?} after {stored}");
        assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
    }
}

/// The highest number that was given out.
async fn newest(chat: &Chat, room: RoomId) -> u64 {
    chat.room(room).await.expect("an answer").expect("a room").last_message_id
}
