//! Senders who send more than they may, at once.

use shared::{domain::Quotas, error::Error, store::Store};

use crate::world::{Orders, Scene, moment, new_message};

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
