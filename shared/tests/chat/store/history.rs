//! Parts of a room's messages, with ids in between that are void or on their way.

use shared::domain::{Limit, MessageId, RoomId};

use crate::world::{
    Chat,
    acts::{lease, number},
    at, user,
};

fn limit(count: usize) -> Limit {
    count.to_string().parse().expect("a limit")
}

/// The ids after this one, and whether there are more.
async fn after(chat: &Chat, room: RoomId, id: u64, count: usize) -> (Vec<u64>, bool) {
    let mark = id.to_string().parse().expect("a mark");
    let room = chat.room(room).await.expect("an answer").expect("a room");
    let page = chat.messages_after(&room, mark, limit(count), at(1)).await.expect("a page");
    (page.messages.iter().map(|message| message.id.get()).collect(), page.has_more)
}

async fn before(chat: &Chat, room: RoomId, id: u64, count: usize) -> (Vec<u64>, bool) {
    let id = MessageId::try_from(id).ok();
    let page = chat.messages_before(room, id, limit(count), at(1)).await.expect("a page");
    (page.messages.iter().map(|message| message.id.get()).collect(), page.has_more)
}

/// An id whose sender dies before the message is stored.
async fn abandon(chat: &Chat, room: RoomId) {
    number(&chat.store, room, lease(at(1)), at(1)).await.expect("a room");
}

/// Says that all up to this id was broadcast, as who holds the lease does.
async fn broadcast_up_to(chat: &Chat, room: RoomId, id: u64) {
    let seen = chat.room(room).await.expect("an answer").expect("a room").lease();
    let lease = lease(at(1));
    chat.take_lease(room, seen, lease).await.expect("an answer").expect("the lease");
    chat.hand_over(room, lease.owner, id, at(1)).await.expect("a handover");
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

    for broadcast in [0, 1] {
        broadcast_up_to(&chat, room, broadcast).await;
        assert_eq!(after(&chat, room, 0, 50).await, (vec![1], true), "{broadcast} broadcast");
        assert_eq!(after(&chat, room, 1, 50).await, (vec![], true), "{broadcast} broadcast");
    }
    assert_eq!(after(&chat, room, 3, 50).await, (vec![4], false), "nothing is missing there");
    assert_eq!(before(&chat, room, 0, 50).await, (vec![4, 3, 1], false), "backward does not wait");
    for broadcast in [2, 3, 4] {
        broadcast_up_to(&chat, room, broadcast).await;
        let page = after(&chat, room, 0, 50).await;
        assert_eq!(page, (vec![1, 3, 4], false), "{broadcast} broadcast: 2 can come no more");
    }
}

#[tokio::test]
async fn an_id_that_is_known_to_be_void_is_not_waited_for() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    chat.send(room, user(1), "one").await.unwrap();
    void(&chat, room).await;
    chat.send(room, user(1), "three").await.unwrap();
    assert_eq!(after(&chat, room, 0, 50).await, (vec![1, 3], false));
}

#[tokio::test]
async fn a_void_id_does_not_hide_one_before_it_that_is_on_its_way() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    abandon(&chat, room).await;
    void(&chat, room).await;
    chat.send(room, user(1), "three").await.unwrap();
    assert_eq!(after(&chat, room, 0, 50).await, (vec![], true));
    broadcast_up_to(&chat, room, 1).await;
    assert_eq!(after(&chat, room, 0, 50).await, (vec![3], false));
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
        assert_eq!(after(&chat, room, id, count).await, expected, "{count} after {id}");
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
async fn a_page_has_as_many_messages_as_were_asked_for() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    for _ in 0..5 {
        chat.send(room, user(1), "one of five").await.unwrap();
    }
    for (id, count, expected) in [
        (0, 4, (vec![1, 2, 3, 4], true)),
        (0, 5, (vec![1, 2, 3, 4, 5], false)),
        (0, 200, (vec![1, 2, 3, 4, 5], false)),
        (4, 1, (vec![5], false)),
        (5, 1, (vec![], false)),
    ] {
        assert_eq!(after(&chat, room, id, count).await, expected, "{count} after {id}");
    }
    for (id, count, expected) in [
        (0, 4, (vec![5, 4, 3, 2], true)),
        (0, 5, (vec![5, 4, 3, 2, 1], false)),
        (2, 1, (vec![1], false)),
        (1, 1, (vec![], false)),
    ] {
        assert_eq!(before(&chat, room, id, count).await, expected, "{count} before {id}");
    }
}

#[tokio::test]
async fn the_newest_that_is_stored_may_be_ahead_of_the_broadcast_and_behind_the_numbers() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let newest = async || {
        let room = chat.room(room).await.unwrap().unwrap();
        chat.newest_stored(&room, at(1)).await.unwrap()
    };
    assert_eq!(newest().await, 0, "an empty room");
    abandon(&chat, room).await;
    assert_eq!(newest().await, 0, "a number is no message");
    chat.send(room, user(1), "two").await.unwrap();
    assert_eq!(newest().await, 2);
    abandon(&chat, room).await;
    assert_eq!(newest().await, 2, "3 is only numbered");
    broadcast_up_to(&chat, room, 2).await;
    assert_eq!(newest().await, 2, "nothing is stored after what was broadcast");
    broadcast_up_to(&chat, room, 3).await;
    assert_eq!(newest().await, 3, "all was broadcast");
}

#[tokio::test]
async fn a_page_of_long_messages_is_read_no_further_than_an_answer_takes() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let longest = "👩".repeat(16_000);
    for _ in 0..120 {
        chat.send(room, user(1), &longest).await.unwrap();
    }
    for (ids, has_more) in [after(&chat, room, 0, 200).await, before(&chat, room, 0, 200).await] {
        assert!(has_more, "there are more than these {}", ids.len());
        // 6 MB are 94 of them, and DynamoDB gives pages of 1 MB.
        assert!((94..=110).contains(&ids.len()), "{} messages of 64 kB were read", ids.len());
    }
}
