//! `ROOM#r / MEMBER#u`: who is in a room.

use shared::{
    domain::{MemberId, Role, RoomId},
    store::Addition,
};

use crate::world::{Chat, at, profile, user};

#[tokio::test]
async fn a_new_member_has_read_what_was_written_before() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    chat.send(room, user(1), "before").await.unwrap();

    let addition = chat.add_member(room, user(2), Role::Member, at(5)).await.unwrap();

    let Addition::Added(member) = addition else { panic!("{addition:?}") };
    assert_eq!((member.id.get(), member.role), (2, Role::Member));
    assert_eq!((member.room_id, member.user_id), (room, user(2)));
    assert_eq!((member.joined_at, member.last_read_at), (at(5), None));
    assert_eq!((member.last_read_message_id, member.unread_count(1)), (1, 0));
}

#[tokio::test]
async fn adding_a_member_again_changes_nothing_and_finds_the_same_member() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let first = chat.add_member(room, user(2), Role::Member, at(1)).await.unwrap();
    let Addition::Added(member) = first else { panic!("{first:?}") };

    let again = chat.add_member(room, user(2), Role::Member, at(99)).await.unwrap();

    assert_eq!(again, Addition::AlreadyMember(member));
    assert_eq!(chat.room(room).await.unwrap().unwrap().member_count, 2);
    assert_eq!(chat.members(room, at(99)).all().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_removed_member_is_gone_and_may_join_anew() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;

    assert!(chat.remove_member(room, user(2)).await.unwrap());
    assert!(!chat.remove_member(room, user(2)).await.unwrap(), "there was one membership");

    assert_eq!(chat.room(room).await.unwrap().unwrap().member_count, 1);
    assert_eq!(chat.standing(room, user(2)).await.unwrap().member, None);
    let addition = chat.add_member(room, user(2), Role::Member, at(9)).await.unwrap();
    let Addition::Added(member) = addition else { panic!("{addition:?}") };
    assert_eq!(member.id, MemberId::try_from(3).unwrap(), "ids are not used twice");
    assert_eq!(chat.room(room).await.unwrap().unwrap().member_count, 2);
}

#[tokio::test]
async fn nobody_joins_or_leaves_a_room_that_does_not_exist() {
    let chat = Chat::start().await;
    chat.put_profile(&profile(1)).await.unwrap();
    let nowhere = RoomId::try_from(99).unwrap();
    let before = chat.database.items().await;

    assert_eq!(
        chat.add_member(nowhere, user(1), Role::Member, at(0)).await.unwrap(),
        Addition::UnknownRoom
    );
    assert!(!chat.remove_member(nowhere, user(1)).await.unwrap());

    assert_eq!(chat.database.items().await, before, "nothing was written");
}

#[tokio::test]
async fn one_rooms_members_are_not_anothers() {
    let chat = Chat::start().await;
    let (one, other) = (chat.room_of(&[1, 2]).await, chat.room_of(&[2, 3]).await);

    chat.remove_member(one, user(2)).await.unwrap();

    let users = async |room| {
        let members = chat.members(room, at(0)).all().await.unwrap();
        members.into_iter().map(|member| member.user_id.get()).collect::<Vec<_>>()
    };
    assert_eq!((users(one).await, users(other).await), (vec![1], vec![2, 3]));
}

#[tokio::test]
async fn members_are_listed_in_pages_of_the_size_that_was_asked_for() {
    let chat = Chat::start().await;
    let room = chat.room_of(&(1..=7).collect::<Vec<_>>()).await;
    let (mut after, mut pages) = (None, Vec::new());
    loop {
        let page = chat.members_after(room, after, 3, at(0)).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.user_id);
        pages.push(page.iter().map(|member| member.user_id.get()).collect::<Vec<_>>());
    }
    assert_eq!(pages, [vec![1, 2, 3], vec![4, 5, 6], vec![7]]);
    let beyond = chat.members_after(room, Some(user(99)), 3, at(0)).await.unwrap();
    assert_eq!(beyond, [], "who is no member is a place in the list all the same");
}
