//! Senders who send more than they may, at once, and users who have more sockets than they may.

use shared::{
    domain::Quotas,
    error::Error,
    store::{Change, Store},
};

use crate::world::{Answer, Orders, Scene, at, moment, new_message, process};

#[tokio::test]
async fn of_two_sends_at_once_as_many_are_stored_as_the_burst_has_in_every_order() {
    let scene = Scene::start().await;
    for burst in [1, 2] {
        let quotas = Quotas { sends: format!("1/{burst}").parse().ok(), ..Quotas::default() };
        let mut orders = Orders::coarse(&scene.chat);
        while orders.remain() {
            let room = scene.room_of(&[1]).await;
            let here = scene.open(room, 1, &format!("here{room}=")).await;
            let send = async |store: Store| {
                let app = scene.app_on(store.with_quotas(quotas));
                app.send(new_message(room, 1, "at once", None), moment(60)).await
            };

            let (one, other) = orders.run(send, send).await;
            scene.settle_from(66).await;

            let stored = [&one, &other].iter().filter(|sent| sent.is_ok()).count();
            assert_eq!(stored, burst, "{one:?}, {other:?} in {orders:?}");
            let refused = [one, other].into_iter().filter_map(Result::err);
            for error in refused {
                assert!(matches!(error, Error::TooMany(_)), "{error:?} in {orders:?}");
            }
            assert_eq!(scene.message_ids(&here).len(), burst, "{orders:?}");
            assert_eq!(scene.chat.message_count(room).await, burst, "{orders:?}");
        }
    }
}

/// Without that they count for two hours, and each new socket tries to close them again.
#[tokio::test]
async fn surplus_sockets_that_are_gone_are_forgotten_and_the_others_are_closed() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    let mut sockets = Vec::new();
    // All are of one second: then the order of their ids counts.
    for id in ["1=", "2=", "3=", "4="] {
        sockets.push(scene.open(room, 1, id).await);
    }
    scene.stage.answer(&sockets[0], [Answer::GONE]);
    // The check of the newest one alone: the first one's own check would forget it as well.
    let mut checked = scene.changes();
    checked.retain(|record| match record.record.clone().change() {
        Ok(Some(Change::Connected(socket))) => socket.id == sockets[3].id,
        _ => false,
    });
    let quotas = Quotas { sockets_per_user: Some(2), ..Quotas::default() };
    let app = scene.app_on(scene.chat.store.clone().with_quotas(quotas));

    assert!(process(&app, checked, at(60)).await.is_empty());

    assert!(scene.stage.closings(&sockets[0]) > 0 && scene.stage.closings(&sockets[1]) > 0);
    assert_eq!(scene.stage.closings(&sockets[2]) + scene.stage.closings(&sockets[3]), 0);
    let forgotten = scene.chat.connection(&sockets[0].id).await.unwrap();
    assert_eq!(forgotten, None, "it counts no longer");
    assert!(scene.chat.connection(&sockets[1].id).await.unwrap().is_some(), "until $disconnect");
}
