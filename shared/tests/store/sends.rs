//! `SEND#u#key / META`: sends that are repeated.

use shared::{
    domain::{Message, RoomId, SendKey, SendRecord},
    store::Sending,
};

use crate::{
    acts::{add, draft},
    chat::{Chat, at, user},
    interleaving::Orders,
};

/// Seven days in seconds.
const KEPT: i64 = 7 * 24 * 60 * 60;

fn key() -> SendKey {
    "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().expect("a key")
}

fn stored(sending: Sending) -> Message {
    match sending {
        Sending::Stored(message) => message,
        other => panic!("expected a stored message, came {other:?}"),
    }
}

async fn attempt(chat: &Chat, room: RoomId, of: u64, now: i64) -> Sending {
    add(&chat.store, room, user(of), draft("once"), Some(&key()), at(now)).await
}

#[tokio::test]
async fn a_key_stands_for_the_first_message_for_seven_days() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    let first = stored(attempt(&chat, room, 1, 1).await);
    let record = SendRecord::stored(room, first.id, at(1));

    assert_eq!(attempt(&chat, room, 1, 2).await, Sending::Repeated(record.clone()));
    assert_eq!(attempt(&chat, room, 1, KEPT).await, Sending::Repeated(record.clone()));
    let found = async |now| chat.send_record(user(1), &key(), at(now)).await.expect("an answer");
    assert_eq!((found(KEPT).await, found(KEPT + 1).await), (Some(record), None));

    let later = stored(attempt(&chat, room, 1, KEPT + 1).await);
    assert!(later.id > first.id, "the key is free again");
    let others = stored(attempt(&chat, room, 2, 2).await);
    assert!(others.id > later.id, "and was never another user's");
}

#[tokio::test]
async fn a_sender_finds_the_record_of_its_key() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    let sender = async |id, now| {
        chat.sender(room, user(id), Some(&key()), at(now)).await.expect("an answer").1
    };
    assert_eq!(sender(1, 1).await, None);
    let message = stored(attempt(&chat, room, 1, 1).await);
    assert_eq!(sender(1, KEPT).await.map(|record| record.message_id), Some(message.id));
    assert_eq!((sender(2, 1).await, sender(1, KEPT + 1).await), (None, None));
}

#[tokio::test]
async fn of_two_attempts_exactly_one_stores_in_every_order() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let key: SendKey = format!("{room}").parse().unwrap();

        let (one, other) = orders
            .run(
                async |store| add(&store, room, user(1), draft("once"), Some(&key), at(1)).await,
                async |store| add(&store, room, user(1), draft("once"), Some(&key), at(1)).await,
            )
            .await;

        let (message, record) = match (one, other) {
            (Sending::Stored(message), Sending::Repeated(record))
            | (Sending::Repeated(record), Sending::Stored(message)) => (message, record),
            both => panic!("{both:?}: {orders:?}"),
        };
        assert_eq!(record.message_id, message.id, "{orders:?}");
        assert_eq!(chat.message_count(room).await, 1, "{orders:?}");
    }
}

#[tokio::test]
async fn one_attempt_at_a_time_holds_the_claim_to_tell_the_room() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let message = stored(attempt(&chat, room, 1, 1).await);
    let seen = SendRecord::stored(room, message.id, at(1));
    let claim = async |seen: &SendRecord, now| {
        chat.claim_telling(user(1), &key(), seen, at(now)).await.expect("an answer")
    };

    let renewed = claim(&seen, 2).await.expect("who stored the message holds the claim");
    assert_eq!(claim(&seen, 9).await, None, "that is not how it stands any more");
    let taken = claim(&renewed, 9).await.expect("it ran out");
    assert_eq!(taken.claimed_until, at(12));

    chat.mark_told(user(1), &key()).await.unwrap();
    assert_eq!(claim(&taken, 20).await, None, "nobody needs to tell it again");
    let record = chat.send_record(user(1), &key(), at(20)).await.unwrap().unwrap();
    assert!(record.told);
}

#[tokio::test]
async fn nothing_is_remembered_of_a_key_that_was_never_used() {
    let chat = Chat::start().await;
    chat.mark_told(user(1), &key()).await.unwrap();
    assert_eq!(chat.send_record(user(1), &key(), at(1)).await.unwrap(), None);
    assert_eq!(chat.database.items().await, 0);
}

#[tokio::test]
async fn two_attempts_claim_at_once_and_one_gets_it() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let key: SendKey = format!("{room}").parse().unwrap();
        let sent = add(&chat.store, room, user(1), draft("once"), Some(&key), at(1)).await;
        let seen = SendRecord::stored(room, stored(sent).id, at(1));

        let (one, other) = orders
            .run(
                async |store| store.claim_telling(user(1), &key, &seen, at(9)).await.unwrap(),
                async |store| store.claim_telling(user(1), &key, &seen, at(9)).await.unwrap(),
            )
            .await;

        assert_ne!(one.is_some(), other.is_some(), "{orders:?}");
    }
}
