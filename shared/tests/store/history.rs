//! Parts of a room's messages, with ids in between that are void or on their way.

use shared::{
    domain::{Limit, MessageId, RoomId},
    store::Sending,
};

use crate::{
    acts::{add, draft, send},
    chat::{Chat, at, user},
    mortal::die_after,
};

fn limit(count: usize) -> Limit {
    count.to_string().parse().expect("a limit")
}

/// The ids after this one at a time, and whether there are more.
async fn after(chat: &Chat, room: RoomId, id: u64, count: usize, now: i64) -> (Vec<u64>, bool) {
    let mark = id.to_string().parse().expect("a mark");
    let page = chat.messages_after(room, mark, limit(count), at(now)).await.expect("a page");
    (page.messages.iter().map(|message| message.id.get()).collect(), page.has_more)
}

async fn before(chat: &Chat, room: RoomId, id: u64, count: usize) -> (Vec<u64>, bool) {
    let id = MessageId::try_from(id).ok();
    let page = chat.messages_before(room, id, limit(count), at(1)).await.expect("a page");
    (page.messages.iter().map(|message| message.id.get()).collect(), page.has_more)
}

/// An id whose sender dies before the message is stored.
async fn abandon(chat: &Chat, room: RoomId) {
    let died = die_after(chat, 1, async |store| send(&store, room, user(1), "lost").await).await;
    assert_eq!(died, None);
}

/// An id that is given out and refused: its sender is no member.
async fn void(chat: &Chat, room: RoomId) {
    assert_eq!(chat.send(room, user(9), "let me in").await, None);
}

#[tokio::test]
async fn a_page_ends_before_a_message_whose_predecessor_may_be_on_its_way() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    chat.send(room, user(1), "one").await.unwrap();
    abandon(&chat, room).await;
    for text in ["three", "four"] {
        chat.send(room, user(1), text).await.unwrap();
    }

    // All were sent at one second past.
    for now in [1, 5, 10] {
        assert_eq!(after(&chat, room, 0, 50, now).await, (vec![1], true), "at {now}");
        assert_eq!(after(&chat, room, 1, 50, now).await, (vec![], true), "at {now}");
    }
    assert_eq!(after(&chat, room, 0, 50, 11).await, (vec![1, 3, 4], false));
    assert_eq!(after(&chat, room, 3, 50, 1).await, (vec![4], false), "nothing is missing there");
    assert_eq!(before(&chat, room, 0, 50).await, (vec![4, 3, 1], false), "backward does not wait");
}

#[tokio::test]
async fn an_id_that_is_known_to_be_void_is_not_waited_for() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    chat.send(room, user(1), "one").await.unwrap();
    void(&chat, room).await;
    chat.send(room, user(1), "three").await.unwrap();
    assert_eq!(after(&chat, room, 0, 50, 1).await, (vec![1, 3], false));
}

#[tokio::test]
async fn a_void_id_does_not_hide_one_before_it_that_is_on_its_way() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    abandon(&chat, room).await;
    void(&chat, room).await;
    chat.send(room, user(1), "three").await.unwrap();
    assert_eq!(after(&chat, room, 0, 50, 1).await, (vec![], true));
    assert_eq!(after(&chat, room, 0, 50, 11).await, (vec![3], false));
}

#[tokio::test]
async fn void_ids_do_not_count_as_messages_of_a_page() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    for _ in 0..5 {
        void(&chat, room).await;
        chat.send(room, user(1), "even").await.unwrap();
        void(&chat, room).await;
        void(&chat, room).await;
    }
    // 2, 6, 10, 14 and 18 are messages.
    for (id, count, expected) in [
        (0, 1, (vec![2], true)),
        (2, 1, (vec![6], true)),
        (2, 3, (vec![6, 10, 14], true)),
        (2, 4, (vec![6, 10, 14, 18], false)),
        (14, 1, (vec![18], false)),
        (18, 1, (vec![], false)),
    ] {
        assert_eq!(after(&chat, room, id, count, 1).await, expected, "{count} after {id}");
    }
    for (id, count, expected) in [
        (0, 1, (vec![18], true)),
        (18, 2, (vec![14, 10], true)),
        (10, 2, (vec![6, 2], false)),
        (2, 1, (vec![], false)),
    ] {
        assert_eq!(before(&chat, room, id, count).await, expected, "{count} before {id}");
    }
    let rooms = [chat.room(room).await.unwrap().unwrap()];
    let newest = chat.newest_messages(&rooms, at(1)).await.unwrap();
    assert_eq!(newest[&room].id.get(), 18);
}

#[tokio::test]
async fn a_sender_that_dies_leaves_a_message_or_nothing() {
    let chat = Chat::start().await;
    for (requests, stored) in [(0, None), (1, None), (2, Some(1))] {
        let room = chat.room_of(&[1]).await;
        let sending = die_after(&chat, requests, async |store| {
            add(&store, room, user(1), draft("last words"), None, at(1)).await
        });
        let outcome = sending.await;
        assert_eq!(outcome.is_some(), stored.is_some(), "after {requests} requests");
        assert!(matches!(outcome, None | Some(Sending::Stored(_))));
        let ids: Vec<u64> = stored.into_iter().collect();
        assert_eq!(after(&chat, room, 0, 50, 100).await, (ids, false), "{requests}");
    }
}
