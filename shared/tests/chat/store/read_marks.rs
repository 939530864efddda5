//! How far a member has read.

use shared::{domain::RoomId, store::Reading};

use crate::world::{Chat, Orders, acts::send, at, user};

#[tokio::test]
async fn sending_reads_up_to_ones_own_message() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;

    chat.send(room, user(1), "one").await.unwrap();
    chat.send(room, user(2), "two").await.unwrap();

    let (ada, bob) = (chat.member(room, 1).await, chat.member(room, 2).await);
    assert_eq!((ada.last_read_message_id, ada.last_read_at), (1, Some(at(1))));
    assert_eq!((ada.unread_count(2), bob.unread_count(2)), (1, 0));
}

#[tokio::test]
async fn a_read_mark_moves_forward_only() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    for (message, now, reading, mark) in [
        (3, 10, Reading::Read, 3),
        (2, 20, Reading::ReadFurther, 3),
        (3, 30, Reading::ReadFurther, 3),
        (5, 40, Reading::Read, 5),
    ] {
        let outcome = chat.mark_read(room, user(2), message, false, at(now)).await.unwrap();
        assert_eq!(outcome, reading, "at {now}");
        assert_eq!(chat.member(room, 2).await.last_read_message_id, mark, "after {message}");
    }
    assert_eq!(chat.member(room, 2).await.last_read_at, Some(at(40)));
}

#[tokio::test]
async fn the_first_read_counts_although_there_may_be_nothing_to_read() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    for (now, reading, read_at) in [(10, Reading::Read, 10), (20, Reading::ReadFurther, 10)] {
        assert_eq!(chat.mark_read(room, user(1), 0, true, at(now)).await.unwrap(), reading);
        assert_eq!(chat.member(room, 1).await.last_read_at, Some(at(read_at)));
    }
}

#[tokio::test]
async fn only_a_read_that_is_announced_leaves_an_item_for_the_stream() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let before = chat.database.items().await;
    for (message, announced, items) in [(2, false, 0), (2, true, 1), (3, true, 1), (4, true, 1)] {
        chat.mark_read(room, user(1), message, announced, at(1)).await.unwrap();
        assert_eq!(chat.database.items().await - before, items, "{message}, {announced}");
    }
}

/// No mark was announced so far, because the room was too large, or because sending moved it.
#[tokio::test]
async fn a_mark_of_which_the_room_was_not_told_is_announced_and_stays_where_it_is() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    chat.mark_read(room, user(1), 5, false, at(1)).await.unwrap();
    for (named, reading) in
        [(3, Reading::Read), (5, Reading::ReadFurther), (4, Reading::ReadFurther)]
    {
        assert_eq!(chat.mark_read(room, user(1), named, true, at(2)).await.unwrap(), reading);
        let member = chat.member(room, 1).await;
        assert_eq!((member.last_read_message_id, member.announced_read_id), (5, Some(5)));
    }
}

#[tokio::test]
async fn who_is_not_a_member_has_no_read_mark() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let before = chat.database.items().await;
    for (room, user) in [(room, user(2)), (RoomId::try_from(99).unwrap(), user(1))] {
        let reading = chat.mark_read(room, user, 1, true, at(0)).await.unwrap();
        assert_eq!(reading, Reading::NotAMember);
    }
    assert_eq!(chat.database.items().await, before, "no member came into being");
}

#[tokio::test]
async fn reading_while_sending_never_moves_the_mark_back() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1, 2]).await;
        chat.send(room, user(1), "to be read").await.unwrap();

        let (sent, reading) = orders
            .run(
                async |store| send(&store, room, user(2), "an answer").await,
                async |store| store.mark_read(room, user(2), 1, true, at(2)).await.unwrap(),
            )
            .await;

        assert!(sent.is_some() && reading != Reading::NotAMember, "{orders:?}");
        assert_eq!(chat.member(room, 2).await.last_read_message_id, 2, "{orders:?}");
    }
}
