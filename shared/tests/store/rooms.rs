//! `ROOM#r / META`, and how a user stands to a room.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use shared::domain::{Member, MemberId, Name, Refusal, Role, RoomId};

use crate::chat::{Chat, at, profile, user};

#[tokio::test]
async fn a_new_room_has_its_owner_and_nothing_else() {
    let chat = Chat::start().await;
    let name = Name::try_from("가족".to_owned()).unwrap();

    let room = chat.create_room(name.clone(), user(7), at(3)).await.unwrap();

    assert_eq!(chat.room(room.id).await.unwrap().as_ref(), Some(&room));
    assert_eq!((room.id.get(), room.name, room.created_by), (1, name, user(7)));
    assert_eq!((room.created_at, room.member_count, room.last_message_id), (at(3), 1, 0));
    let owner = Member {
        id: MemberId::try_from(1).unwrap(),
        room_id: room.id,
        user_id: user(7),
        role: Role::Owner,
        joined_at: at(3),
        last_read_at: None,
        last_read_message_id: 0,
    };
    assert_eq!(chat.members(room.id, at(3)).all().await.unwrap(), [owner]);
}

#[tokio::test]
async fn rooms_created_at_once_are_numbered_without_a_gap() {
    let chat = Chat::start().await;
    let create = async |number: u64| {
        let name = Name::try_from(format!("room {number}")).unwrap();
        chat.create_room(name, user(1), at(0)).await.unwrap().id.get()
    };

    let ids = join_all((0..20).map(create)).await;

    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), (1..=20).collect());
}

#[tokio::test]
async fn how_a_user_stands_to_a_room_decides_who_is_admitted() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    chat.put_profile(&profile(2)).await.unwrap();
    let nowhere = RoomId::try_from(99).unwrap();
    for (room, user, refusal) in [
        (room, user(1), None),
        (room, user(2), Some(Refusal::NotAMember { room, user: user(2) })),
        (room, user(3), Some(Refusal::UnknownUser(user(3)))),
        (nowhere, user(1), Some(Refusal::UnknownRoom(nowhere))),
    ] {
        let standing = chat.standing(room, user).await.unwrap();
        assert_eq!(standing.membership().err(), refusal, "user {user} and room {room}");
    }

    let member = chat.standing(room, user(1)).await.unwrap().membership().unwrap();
    assert_eq!(member.room, chat.room(room).await.unwrap().unwrap());
    assert_eq!((member.profile, member.member.user_id), (profile(1), user(1)));
}

#[tokio::test]
async fn a_room_that_was_never_created_is_absent() {
    let chat = Chat::start().await;
    let nowhere = RoomId::try_from(1).unwrap();
    assert_eq!(chat.room(nowhere).await.unwrap(), None);
    assert_eq!(chat.members(nowhere, at(0)).all().await.unwrap(), []);
}
