//! Users who join and leave at once.

use futures_util::future::join_all;
use shared::{
    domain::{Role, RoomId},
    store::Addition,
};

use crate::world::{Chat, Orders, acts::open, at, socket, user};

#[tokio::test]
async fn a_connect_while_the_user_joins_is_admitted_or_refused() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        let phone = socket(room, user(2), "phone=");

        let (admitted, addition) = orders
            .run(
                async |store| open(&store, &phone).await,
                async |store| store.add_member(room, user(2), Role::Member, at(0)).await.unwrap(),
            )
            .await;

        assert!(matches!(addition, Addition::Added(_)), "{orders:?}");
        let subscribed = !chat.subscribers(room, at(1)).all().await.unwrap().is_empty();
        assert_eq!(admitted, subscribed, "{orders:?}");
        assert_eq!(chat.online(room).await.contains(&2), subscribed, "{orders:?}");
    }
}

#[tokio::test]
async fn a_user_added_by_two_at_once_is_one_member() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;

        let additions = orders
            .run(
                async |store| store.add_member(room, user(2), Role::Member, at(0)).await.unwrap(),
                async |store| store.add_member(room, user(2), Role::Member, at(9)).await.unwrap(),
            )
            .await;

        let ((Addition::Added(added), Addition::AlreadyMember(already))
        | (Addition::AlreadyMember(already), Addition::Added(added))) = additions
        else {
            panic!("{additions:?} in {orders:?}")
        };
        assert_eq!(added, already, "{orders:?}");
        expect_true_count(&chat, room, &format!("{orders:?}")).await;
    }
}

#[tokio::test]
async fn the_member_count_is_right_when_one_joins_and_leaves_at_once() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let room = chat.room_of(&[1]).await;
        orders
            .run(
                async |store| store.add_member(room, user(2), Role::Member, at(0)).await.unwrap(),
                async |store| store.remove_member(room, user(2)).await.unwrap(),
            )
            .await;
        expect_true_count(&chat, room, &format!("{orders:?}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_member_count_is_right_after_a_storm_of_joins_and_leaves() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let storm = (0..120_u64).map(|number| {
        let (store, member) = (chat.store.clone(), user(2 + number % 7));
        tokio::spawn(async move {
            if number.is_multiple_of(3) {
                store.remove_member(room, member).await.unwrap();
            } else {
                store.add_member(room, member, Role::Member, at(0)).await.unwrap();
            }
        })
    });

    for each in join_all(storm).await {
        each.unwrap();
    }

    expect_true_count(&chat, room, "after the storm").await;
}

async fn expect_true_count(chat: &Chat, room: RoomId, when: &str) {
    let found = chat.room(room).await.expect("a room or none").expect("a room");
    let members = chat.members(room, at(0)).all().await.expect("members");
    assert_eq!(found.member_count, members.len() as u64, "{when}");
    for member in &members {
        let standing = chat.standing(room, member.user_id).await.expect("a standing");
        assert_eq!(standing.member.as_ref(), Some(member), "{when}");
    }
}
