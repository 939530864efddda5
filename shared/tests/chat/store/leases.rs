//! The lease in `ROOM#r / META`, and the notes that pass a broadcast on.

use shared::{
    domain::{Lease, Room, RoomId},
    store::{Change, Release},
};

use crate::world::{
    Chat, Scene,
    acts::{lease, number},
    at, user,
};

async fn room(chat: &Chat, id: RoomId) -> Room {
    chat.room(id).await.expect("an answer").expect("a room")
}

#[tokio::test]
async fn a_number_takes_a_lease_that_is_free_and_none_that_is_held() {
    let chat = Chat::start().await;
    let id = chat.room_of(&[1]).await;
    let (first, second) = (lease(at(1)), lease(at(2)));

    let after_first = number(&chat.store, id, first, at(1)).await.unwrap();
    let after_second = number(&chat.store, id, second, at(2)).await.unwrap();

    for (found, last) in [(after_first, 1), (after_second, 2)] {
        assert_eq!((found.last_message_id, found.broadcast_id()), (last, 0));
        assert_eq!(found.lease(), Some(first), "after {last}");
        assert_eq!(found.last_message_at, Some(at(i64::try_from(last).unwrap())));
    }
    // It is over: also then it is taken only by who has seen whose it was.
    let late = number(&chat.store, id, lease(at(60)), at(60)).await.unwrap();
    assert_eq!(late.lease(), Some(first));
    assert!(late.lease().unwrap().is_over(at(60)));
}

#[tokio::test]
async fn a_room_from_before_there_were_leases_counts_as_broadcast() {
    let chat = Chat::start().await;
    let id = chat.room_of(&[1]).await;
    for attribute in ["broadcast_id", "last_message_at"] {
        chat.database.remove_attribute(&format!("ROOM#{id}"), "META", attribute).await;
    }
    assert!(!room(&chat, id).await.owes_a_broadcast());

    let numbered = number(&chat.store, id, lease(at(1)), at(1)).await.unwrap();

    assert_eq!((numbered.last_message_id, numbered.broadcast_id()), (1, 0));
}

#[tokio::test]
async fn a_lease_is_taken_from_whom_it_was_seen_with_only() {
    let chat = Chat::start().await;
    let id = chat.room_of(&[1]).await;
    let (dead, other) = (lease(at(1)), lease(at(1)));
    let later = Lease { until: at(99), ..dead };
    number(&chat.store, id, dead, at(1)).await.unwrap();

    for seen in [None, Some(other), Some(later)] {
        let taken = chat.take_lease(id, seen, lease(at(60))).await.unwrap();
        assert_eq!(taken, None, "seen with {seen:?}");
    }
    let mine = lease(at(60));
    let taken = chat.take_lease(id, Some(dead), mine).await.unwrap().unwrap();
    assert_eq!((taken.lease(), taken.last_message_id), (Some(mine), 1));
    let again = chat.take_lease(id, Some(dead), lease(at(60))).await.unwrap();
    assert_eq!(again, None, "of two who saw the dead holder one gets it");
}

#[tokio::test]
async fn a_free_lease_is_taken_by_one_and_nobody_takes_that_of_an_unknown_room() {
    let chat = Chat::start().await;
    let id = chat.room_of(&[1]).await;
    let mine = lease(at(1));
    assert_eq!(chat.take_lease(id, None, mine).await.unwrap().unwrap().lease(), Some(mine));
    assert_eq!(chat.take_lease(id, None, lease(at(1))).await.unwrap(), None);

    let before = chat.database.items().await;
    let nowhere = RoomId::try_from(99).unwrap();
    assert_eq!(chat.take_lease(nowhere, None, lease(at(1))).await.unwrap(), None);
    assert_eq!(number(&chat.store, nowhere, lease(at(1)), at(1)).await, None);
    assert_eq!(chat.database.items().await, before, "no room came into being");
}

#[tokio::test]
async fn a_lease_is_not_given_back_while_more_is_numbered() {
    let chat = Chat::start().await;
    let id = chat.room_of(&[1]).await;
    let (mine, other) = (lease(at(1)), lease(at(1)));
    number(&chat.store, id, mine, at(1)).await.unwrap();
    number(&chat.store, id, other, at(1)).await.unwrap();

    let release = chat.release_lease(id, mine.owner, 1).await.unwrap();

    let latest = room(&chat, id).await;
    assert_eq!(release, Release::MoreToDo(Box::new(latest.clone())));
    assert_eq!((latest.lease(), latest.broadcast_id()), (Some(mine), 0));
    assert_eq!(chat.release_lease(id, mine.owner, 2).await.unwrap(), Release::Done);
    let released = room(&chat, id).await;
    assert_eq!((released.lease(), released.broadcast_id()), (None, 2));
    assert!(!released.owes_a_broadcast());
}

#[tokio::test]
async fn a_release_that_is_repeated_is_done_and_takes_nobodys_lease() {
    let chat = Chat::start().await;
    let id = chat.room_of(&[1]).await;
    let mine = lease(at(1));
    number(&chat.store, id, mine, at(1)).await.unwrap();
    for _ in 0..2 {
        assert_eq!(chat.release_lease(id, mine.owner, 1).await.unwrap(), Release::Done);
    }
    let next = lease(at(2));
    number(&chat.store, id, next, at(2)).await.unwrap();

    assert_eq!(chat.release_lease(id, mine.owner, 1).await.unwrap(), Release::Done);

    let found = room(&chat, id).await;
    assert_eq!((found.lease(), found.broadcast_id()), (Some(next), 1));
}

/// A process that continues a record has the owner of the dead one, whose last request may come late.
#[tokio::test]
async fn progress_never_goes_back() {
    let chat = Chat::start().await;
    let id = chat.room_of(&[1]).await;
    let held = lease(at(1));
    for _ in 0..9 {
        number(&chat.store, id, held, at(1)).await.unwrap();
    }
    assert!(chat.keep_progress(id, held.owner, 7).await.unwrap());

    assert!(!chat.keep_progress(id, held.owner, 2).await.unwrap());
    chat.hand_over(id, held.owner, 2, at(1)).await.unwrap();

    let found = room(&chat, id).await;
    assert_eq!((found.broadcast_id(), found.lease()), (7, Some(held)));
    chat.hand_over(id, held.owner, 7, at(1)).await.unwrap();
    assert_eq!(room(&chat, id).await.lease(), None);
}

#[tokio::test]
async fn a_handover_gives_the_lease_back_and_leaves_a_note_each_time() {
    let scene = Scene::start().await;
    let (chat, id) = (&scene.chat, scene.chat.room_of(&[1]).await);
    for round in 1..=3 {
        let mine = lease(at(1));
        number(&chat.store, id, mine, at(1)).await.unwrap();
        drop(scene.changes());

        chat.hand_over(id, mine.owner, round - 1, at(1)).await.unwrap();

        let found = room(chat, id).await;
        assert_eq!((found.lease(), found.broadcast_id()), (None, round - 1));
        assert_eq!(followed(&scene), [Change::HandedOver(id)], "round {round}");
    }
    let holder = lease(at(1));
    number(&chat.store, id, holder, at(1)).await.unwrap();
    drop(scene.changes());
    chat.hand_over(id, lease(at(1)).owner, 4, at(1)).await.unwrap();
    let found = room(chat, id).await;
    assert_eq!((found.lease(), found.broadcast_id()), (Some(holder), 2), "it was another's");
    assert_eq!(followed(&scene), []);
}

#[tokio::test]
async fn a_watch_brings_the_message_up_again() {
    let scene = Scene::start().await;
    let (chat, id) = (&scene.chat, scene.chat.room_of(&[1]).await);
    let message = chat.send(id, user(1), "watched").await.unwrap().id;
    drop(scene.changes());
    for now in [1, 6, 11] {
        chat.watch(id, message, at(now)).await.unwrap();
        assert_eq!(followed(&scene), [Change::ToBeBroadcast { room: id, message }], "at {now}");
    }
}

/// What the records since the last call say.
fn followed(scene: &Scene) -> Vec<Change> {
    let changes = scene.changes().into_iter();
    changes.filter_map(|record| record.record.change().expect("a record")).collect()
}
