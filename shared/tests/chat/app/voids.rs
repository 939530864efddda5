//! Numbers that never become messages.

use std::time::{Duration, Instant};

use shared::{
    domain::{Room, RoomId, Slot},
    error::Error,
    store::{StoreError, Storing},
};
use tokio::time::sleep;

use crate::world::{
    Orders, Scene,
    acts::{lease, number, send, under_number},
    at, moment, new_message, user,
};

/// How long a number may stay without a message.
const PATIENCE: Duration = Duration::from_millis(500);

async fn room(scene: &Scene, id: RoomId) -> Room {
    scene.chat.room(id).await.expect("an answer").expect("a room")
}

#[tokio::test]
async fn a_number_that_stays_without_a_message_becomes_void_and_later_messages_arrive() {
    let scene = Scene::start().await;
    let id = scene.room_of(&[1]).await;
    let phone = scene.open(id, 1, "phone=").await;
    scene.send(id, 1, "one").await.unwrap();
    // Two senders that died; their lease is over.
    for now in [1, 2] {
        number(&scene.chat.store, id, lease(at(now)), at(now)).await.unwrap();
    }
    let began = Instant::now();

    scene.send(id, 1, "four").await.unwrap();

    assert!(began.elapsed() >= 2 * PATIENCE, "each was waited for");
    assert_eq!(scene.message_ids(&phone), [1, 4]);
    let slots = scene.chat.slots_after(id, 1, 9, at(60)).await.unwrap();
    let voids: Vec<u64> = slots
        .iter()
        .filter(|slot| matches!(slot, Slot::Void(_)))
        .map(|slot| slot.id().get())
        .collect();
    assert_eq!(voids, [2, 3]);
    assert_eq!((room(&scene, id).await.broadcast_id(), room(&scene, id).await.lease()), (4, None));
}

#[tokio::test]
async fn a_message_that_is_stored_while_it_is_waited_for_is_broadcast_in_its_place() {
    let scene = Scene::start().await;
    let id = scene.room_of(&[1]).await;
    let phone = scene.open(id, 1, "phone=").await;
    let slow = number(&scene.chat.store, id, lease(at(1)), at(1)).await.unwrap();
    let message = under_number(&slow, user(1), "slow", at(1));

    let catches_up = async {
        sleep(PATIENCE / 4).await;
        scene.chat.store_message(&message, None, None).await.unwrap()
    };
    let (sent, stored) = tokio::join!(scene.send(id, 1, "quick"), catches_up);

    assert_eq!((sent.unwrap().id.get(), stored), (2, Storing::Stored));
    assert_eq!(scene.message_ids(&phone), [1, 2]);
}

#[tokio::test]
async fn a_message_that_comes_after_its_void_is_not_stored() {
    let scene = Scene::start().await;
    let id = scene.room_of(&[1]).await;
    let late = number(&scene.chat.store, id, lease(at(1)), at(1)).await.unwrap();
    scene.send(id, 1, "two").await.unwrap();
    let message = under_number(&late, user(1), "late", at(1));

    assert_eq!(scene.chat.store_message(&message, None, None).await.unwrap(), Storing::Void);
    assert_eq!(scene.chat.void(id, message.id).await.unwrap(), Slot::Void(message.id));
    assert_eq!(scene.chat.message_count(id).await, 1);
    let member = scene.chat.member(id, 1).await;
    assert_eq!(member.last_read_message_id, 2, "nor does it count as read");
}

#[tokio::test]
async fn a_void_replaces_no_message() {
    let scene = Scene::start().await;
    let id = scene.room_of(&[1]).await;
    let message = scene.chat.send(id, user(1), "there").await.unwrap();
    let slot = scene.chat.void(id, message.id).await.unwrap();
    assert_eq!(slot, Slot::Message(message));
    assert_eq!(scene.chat.message_count(id).await, 1);
}

#[tokio::test]
async fn a_sender_whose_number_was_made_void_takes_a_new_one() {
    let scene = Scene::start().await;
    let id = scene.room_of(&[1]).await;
    let phone = scene.open(id, 1, "phone=").await;
    // Its next numbers, made void before they are taken.
    for void in [1_u64, 2] {
        scene.chat.void(id, void.try_into().unwrap()).await.unwrap();
    }

    let message = scene.send(id, 1, "at last").await.unwrap();

    assert_eq!(message.id.get(), 3);
    assert_eq!(scene.message_ids(&phone), [3]);
    assert_eq!((room(&scene, id).await.broadcast_id(), room(&scene, id).await.lease()), (3, None));
}

#[tokio::test]
async fn a_sender_whose_numbers_all_become_void_gives_up_and_holds_nobody_up() {
    let scene = Scene::start().await;
    let id = scene.room_of(&[1]).await;
    let phone = scene.open(id, 1, "phone=").await;
    for void in [1_u64, 2, 3] {
        scene.chat.void(id, void.try_into().unwrap()).await.unwrap();
    }

    let outcome = scene.send(id, 1, "never").await;

    assert!(matches!(outcome, Err(Error::Store(StoreError::Unavailable(_)))), "{outcome:?}");
    scene.app.send(new_message(id, 1, "after", None), moment(61)).await.unwrap();
    scene.settle_from(66).await;
    assert_eq!(scene.message_ids(&phone), [4]);
}

#[tokio::test]
async fn a_holder_whose_own_message_is_refused_still_broadcasts_the_others() {
    let scene = Scene::start().await;
    let mut orders = Orders::new(&scene.chat);
    let mut served = 0;
    while orders.remain() {
        let id = scene.room_of(&[1, 2]).await;
        let phone = scene.open(id, 1, &format!("phone{id}=")).await;

        let (refused, _) = orders
            .run(
                async |store| {
                    scene.app_on(store).send(new_message(id, 2, "bye", None), moment(60)).await
                },
                async |store| {
                    store.remove_member(id, user(2)).await.unwrap();
                    send(&store, id, user(1), "behind the holder").await
                },
            )
            .await;

        let found = room(&scene, id).await;
        // Who numbered first or last did not find the lease held: that one broadcasts nothing here.
        if found.lease().is_none() {
            assert!(!found.owes_a_broadcast(), "{orders:?}");
            served += usize::from(refused.is_err());
        }
        drop(scene.changes());
        scene.chat.watch(id, found.last_message_id.try_into().unwrap(), at(60)).await.unwrap();
        scene.settle_from(66).await;
        let ids = scene.message_ids(&phone);
        assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?} in {orders:?}");
        assert_eq!(ids.len(), scene.chat.message_count(id).await, "{orders:?}");
    }
    assert!(served > 0, "in some orders a refused holder served another");
}
