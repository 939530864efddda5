//! `SEND#u#key / META`: sends that are repeated.

use shared::{
    domain::{RoomId, SendKey, SendRecord},
    store::Storing,
};

use crate::world::{Chat, Orders, acts::send_with, at, user};

/// Seven days in seconds.
const KEPT: i64 = 7 * 24 * 60 * 60;

fn key() -> SendKey {
    "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().expect("a key")
}

async fn attempt(chat: &Chat, room: RoomId, of: u64, now: i64) -> (u64, Storing) {
    let (id, storing) = send_with(&chat.store, room, user(of), &key(), at(now)).await;
    (id.get(), storing)
}

#[tokio::test]
async fn a_key_stands_for_the_first_message_for_seven_days() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    assert_eq!(attempt(&chat, room, 1, 1).await, (1, Storing::Stored));
    let record = SendRecord { room_id: room, message_id: 1.try_into().unwrap() };

    assert_eq!(attempt(&chat, room, 1, 2).await, (2, Storing::Repeated(record.clone())));
    assert_eq!(attempt(&chat, room, 1, KEPT).await, (3, Storing::Repeated(record)));

    let later = attempt(&chat, room, 1, KEPT + 1).await;
    assert_eq!(later, (4, Storing::Stored), "the key is free again");
    let others = attempt(&chat, room, 2, 2).await;
    assert_eq!(others, (5, Storing::Stored), "and was never another user's");
    assert_eq!(chat.message_count(room).await, 3);
}

#[tokio::test]
async fn a_sender_finds_the_record_of_its_key() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    let sender = async |id, now| {
        let (_, record) = chat.sender(room, user(id), Some(&key()), at(now)).await.unwrap();
        record.map(|record| record.message_id.get())
    };
    assert_eq!(sender(1, 1).await, None);
    attempt(&chat, room, 1, 1).await;
    assert_eq!((sender(1, 1).await, sender(1, KEPT).await), (Some(1), Some(1)));
    assert_eq!((sender(2, 1).await, sender(1, KEPT + 1).await), (None, None));
}

#[tokio::test]
async fn of_two_attempts_exactly_one_stores_in_every_order() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let key: SendKey = format!("{room}").parse().unwrap();

        let both = orders
            .run(
                async |store| send_with(&store, room, user(1), &key, at(1)).await,
                async |store| send_with(&store, room, user(1), &key, at(1)).await,
            )
            .await;

        let (((id, Storing::Stored), (_, Storing::Repeated(record)))
        | ((_, Storing::Repeated(record)), (id, Storing::Stored))) = both
        else {
            panic!("{both:?}: {orders:?}")
        };
        assert_eq!(record.message_id, id, "{orders:?}");
        assert_eq!(chat.message_count(room).await, 1, "{orders:?}");
    }
}

#[tokio::test]
async fn a_message_that_is_stored_again_under_its_number_is_stored() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let message = chat.send(room, user(1), "once").await.unwrap();
    assert_eq!(chat.store_message(&message, None, None).await.unwrap(), Storing::Stored);
    assert_eq!(chat.store_message(&message, Some(&key()), None).await.unwrap(), Storing::Stored);
    assert_eq!(chat.message_count(room).await, 1);
}
