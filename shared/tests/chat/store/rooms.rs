//! `ROOM#r / META`, and how a user stands to a room.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use shared::{
    domain::{Member, MemberId, Name, Refusal, Role, RoomId, SendKey},
    store::Creation,
};

use crate::world::{Chat, Orders, at, profile, user};

#[tokio::test]
async fn a_new_room_has_its_owner_and_nothing_else() {
    let chat = Chat::start().await;
    let name = Name::try_from("가족".to_owned()).unwrap();

    let created = chat.create_room(name.clone(), user(7), None, at(3)).await.unwrap();

    let Creation::Created(room, member) = created else { panic!("{created:?}") };

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
        announced_read_id: None,
        sends_drained_at: None,
    };
    assert_eq!(member, owner);
    assert_eq!(chat.members(room.id, at(3)).all().await.unwrap(), [owner]);
}

#[tokio::test]
async fn rooms_created_at_once_are_numbered_without_a_gap() {
    let chat = Chat::start().await;
    let create = async |number: u64| {
        let name = Name::try_from(format!("room {number}")).unwrap();
        room_id(&chat.create_room(name, user(1), None, at(0)).await.unwrap()).get()
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

/// Seven days in seconds.
const KEPT: i64 = 7 * 24 * 60 * 60;

#[tokio::test]
async fn a_room_that_is_created_twice_with_one_key_is_one_room_for_seven_days() {
    let chat = Chat::start().await;
    let name = Name::try_from("가족".to_owned()).unwrap();
    let key: SendKey = "family".parse().unwrap();
    let create = async |owner, now| {
        chat.create_room(name.clone(), user(owner), Some(&key), at(now)).await.unwrap()
    };
    let first = create(1, 0).await;
    let items = chat.database.items().await;

    for now in [0, 1, KEPT - 1] {
        assert_eq!(create(1, now).await, first, "at {now}");
    }
    assert_eq!(chat.database.items().await, items, "nothing more was written");

    assert_ne!(room_id(&create(2, 1).await), room_id(&first), "a key is its user's own");
    assert_ne!(room_id(&create(1, KEPT).await), room_id(&first), "the key is free again");
}

#[tokio::test]
async fn a_key_that_stands_for_a_room_of_another_name_is_refused_also_at_once() {
    let chat = Chat::start().await;
    let name = |text: &str| Name::try_from(text.to_owned()).unwrap();
    let mut orders = Orders::new(&chat);
    while orders.remain() {
        let key: SendKey = uuid::Uuid::new_v4().to_string().parse().unwrap();
        let (one, other) = orders
            .run(
                async |store| store.create_room(name("one"), user(1), Some(&key), at(0)).await,
                async |store| store.create_room(name("other"), user(1), Some(&key), at(0)).await,
            )
            .await;

        let outcomes = [one.unwrap(), other.unwrap()];
        let created =
            outcomes.iter().filter(|outcome| matches!(outcome, Creation::Created(..))).count();
        assert_eq!(created, 1, "{outcomes:?} in {orders:?}");
        assert!(outcomes.contains(&Creation::KeyReused), "{outcomes:?} in {orders:?}");
    }
}

#[tokio::test]
async fn a_creation_that_is_repeated_after_its_room_was_left_names_the_room() {
    let chat = Chat::start().await;
    let key: SendKey = "family".parse().unwrap();
    let create = async || {
        let name = Name::try_from("가족".to_owned()).unwrap();
        chat.create_room(name, user(1), Some(&key), at(0)).await.unwrap()
    };
    let room = room_id(&create().await);
    assert!(chat.remove_member(room, user(1)).await.unwrap());

    assert_eq!(create().await, Creation::Left(room));
}

fn room_id(creation: &Creation) -> RoomId {
    match creation {
        Creation::Created(room, _) => room.id,
        Creation::Left(room) => *room,
        Creation::TooMany(_) | Creation::KeyReused => panic!("no room: {creation:?}"),
    }
}

#[tokio::test]
async fn of_two_creations_with_one_key_at_once_one_makes_the_room_in_every_order() {
    let chat = Chat::start().await;
    let mut orders = Orders::new(&chat);
    let mut number = 0;
    while orders.remain() {
        number += 1;
        let key: SendKey = format!("key{number}").parse().unwrap();
        let name = Name::try_from("방".to_owned()).unwrap();

        let (one, other) = orders
            .run(
                async |store| store.create_room(name.clone(), user(1), Some(&key), at(0)).await,
                async |store| store.create_room(name.clone(), user(1), Some(&key), at(0)).await,
            )
            .await;

        assert_eq!(one.unwrap(), other.unwrap(), "{orders:?}");
    }
    let memberships = chat.memberships(user(1), at(0)).all().await.unwrap();
    assert_eq!(memberships.len(), number, "one room for each key");
}
