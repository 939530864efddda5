//! `ROOM#r / MSG#m` and the room's sequence.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use shared::domain::{MessageType, RoomId};

use crate::world::{Chat, Orders, acts::send, at, profile, user};

const SENDS: u64 = 200;

#[tokio::test]
async fn a_message_is_what_was_sent_with_the_next_id() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    for id in 1..=3 {
        let message = chat.send(room, user(1), "안녕하세요!").await.unwrap();

        assert_eq!((message.id.get(), message.room_id), (id, room));
        assert_eq!((message.text.as_str(), message.kind), ("안녕하세요!", MessageType::Text));
        assert_eq!((message.file_url, message.author), (None, profile(1)));
        assert_eq!(message.created_at, at(1));
        assert_eq!(chat.room(room).await.unwrap().unwrap().last_message_id, id);
    }
}

#[tokio::test]
async fn who_is_not_a_member_stores_nothing() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    assert_eq!(chat.send(room, user(2), "let me in").await, None);
    assert_eq!(chat.send(RoomId::try_from(99).unwrap(), user(1), "hello?").await, None);

    assert_eq!(chat.message_count(room).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_sent_at_once_have_consecutive_ids() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2, 3, 4, 5]).await;
    let before = chat.database.items().await;
    let sends = (0..SENDS).map(|number| {
        let store = chat.store.clone();
        tokio::spawn(async move { send(&store, room, user(1 + number % 5), "at once").await })
    });

    let sent = join_all(sends).await;

    let ids: BTreeSet<u64> =
        sent.into_iter().map(|message| message.unwrap().unwrap().id.get()).collect();
    assert_eq!(ids, (1..=SENDS).collect(), "no gap, none twice");
    assert_eq!(chat.database.items().await - before, 200, "each is stored");
    let members = chat.members(room, at(9)).all().await.unwrap();
    let furthest = members.iter().map(|member| member.last_read_message_id).max();
    assert_eq!(furthest, Some(SENDS), "the last one is read by its sender");
}

#[tokio::test]
async fn two_sends_of_one_user_are_both_stored_in_every_order() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let before = chat.database.items().await;

        let (one, other) = orders
            .run(
                async |store| send(&store, room, user(1), "one").await,
                async |store| send(&store, room, user(1), "other").await,
            )
            .await;

        let ids: BTreeSet<u64> =
            [one, other].map(|message| message.unwrap().id.get()).into_iter().collect();
        assert_eq!(ids, BTreeSet::from([1, 2]), "{orders:?}");
        assert_eq!(chat.database.items().await - before, 2, "{orders:?}");
        let sender = chat.standing(room, user(1)).await.unwrap().member.unwrap();
        assert_eq!(sender.last_read_message_id, 2, "the mark never moves back: {orders:?}");
    }
}
