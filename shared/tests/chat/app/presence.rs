//! Presence is the state of one item. The last announcement is true.

use shared::{app::StreamRecord, domain::Role, store::Change};

use crate::world::{Answer, MOST_MEMBERS, Scene, at, profile, user};

#[tokio::test]
async fn coming_and_going_is_broadcast_once_for_all_sockets_of_a_user() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let here = scene.open(room, 1, "here=").await;
    scene.settle().await;

    let phone = scene.open(room, 2, "phone=").await;
    let laptop = scene.enter(2, "laptop=").await;
    scene.settle().await;
    assert_eq!(scene.count(&here, "member_online", 2), 1);

    scene.chat.disconnect(&phone).await.unwrap();
    scene.settle().await;
    assert_eq!(scene.count(&here, "member_offline", 2), 0, "the laptop is there");
    scene.chat.disconnect(&laptop).await.unwrap();
    scene.settle().await;
    assert_eq!(scene.count(&here, "member_offline", 2), 1);
    assert_eq!(scene.chat.online(room).await, [1]);
    assert_eq!(scene.chat.subscribed(room).await, ["here="]);
}

#[tokio::test]
async fn a_users_own_sockets_hear_nothing_of_the_users_coming() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let here = scene.open(room, 1, "here=").await;
    scene.settle().await;

    let phone = scene.open(room, 2, "phone=").await;
    let laptop = scene.open(room, 2, "laptop=").await;
    scene.settle().await;

    assert_eq!(scene.events(&here), [("member_online".to_owned(), 2)]);
    assert_eq!((scene.stage.posts(&phone), scene.stage.posts(&laptop)), (0, 0));
}

#[tokio::test]
async fn each_room_of_a_ticket_socket_hears_of_it() {
    let scene = Scene::start().await;
    let rooms = [scene.room_of(&[1, 2]).await, scene.room_of(&[2, 1]).await];
    let sockets = [scene.open(rooms[0], 1, "one=").await, scene.open(rooms[1], 1, "two=").await];
    let phone = scene.enter(2, "phone=").await;
    scene.settle().await;
    scene.chat.disconnect(&phone).await.unwrap();
    scene.settle().await;

    for (room, socket) in rooms.iter().zip(&sockets) {
        let expected = ["member_online", "member_offline"].map(|kind| (kind.to_owned(), 2));
        assert_eq!(scene.events(socket), expected);
        let frames = scene.stage.frames(socket);
        assert!(frames.iter().all(|frame| frame["room_id"] == room.get()));
    }
    assert_eq!(scene.stage.posts(&phone), 0, "ticket sockets receive messages only");
}

#[tokio::test]
async fn presence_is_announced_up_to_the_largest_room_that_may() {
    for (members, announced) in [(MOST_MEMBERS, 1), (MOST_MEMBERS + 1, 0)] {
        let scene = Scene::start().await;
        let room = scene.room_of(&(1..=members).collect::<Vec<_>>()).await;
        let here = scene.open(room, 1, "here=").await;
        scene.settle().await;

        let phone = scene.open(room, 2, "phone=").await;
        scene.settle().await;
        assert_eq!(scene.chat.online(room).await, [1, 2], "{members} members");
        scene.chat.disconnect(&phone).await.unwrap();
        scene.settle().await;

        for kind in ["member_online", "member_offline"] {
            assert_eq!(scene.count(&here, kind, 2), announced, "{kind} with {members} members");
        }
        assert_eq!(scene.chat.online(room).await, [1], "it is cleared all the same");
    }
}

#[tokio::test]
async fn who_was_removed_leaves_and_does_not_go_offline() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let here = scene.open(room, 1, "here=").await;
    scene.open(room, 2, "phone=").await;
    scene.settle().await;

    scene.chat.remove_member(room, user(2)).await.unwrap();
    scene.app.end_subscriptions(room, user(2), at(60)).await.unwrap();
    scene.settle().await;

    assert_eq!(scene.count(&here, "member_leave", 2), 1);
    assert_eq!(scene.count(&here, "member_offline", 2), 0);
}

#[tokio::test]
async fn a_connect_that_died_after_its_writes_is_cleared_once_it_had_time_to_settle() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let here = scene.open(room, 1, "here=").await;
    let refused = scene.open(room, 2, "refused=").await;
    scene.stage.answer(&refused, [Answer::GONE]);

    for now in [5, 19] {
        let batch = scene.changes();
        scene.deliver(batch, at(now)).await;
        assert!(scene.chat.connection(&refused.id).await.unwrap().is_some(), "it may come yet");
    }
    let again = scene.changes();
    assert_eq!(again.len(), 1, "it is checked again: {again:?}");
    scene.deliver(again, at(24)).await;
    assert_eq!(scene.chat.connection(&refused.id).await.unwrap(), None);
    scene.settle_from(25).await;

    assert_eq!(scene.chat.online(room).await, [1]);
    assert_eq!(scene.chat.subscribed(room).await, ["here="]);
    assert_eq!(scene.events(&here).last(), Some(&("member_offline".to_owned(), 2)));
}

#[tokio::test]
async fn a_ticket_connect_that_died_anywhere_is_cleared_in_all_rooms() {
    // Stored; the memberships read; 33 rooms in each transaction.
    for requests in 1..5 {
        let scene = Scene::start().await;
        let mut rooms = Vec::new();
        for _ in 0..40 {
            rooms.push(scene.chat.room_of(&[1]).await);
        }
        drop(scene.changes());
        let before = scene.chat.database.items().await;
        let phone = crate::world::ticket_socket(1, "phone=");
        scene.stage.answer(&phone, [Answer::GONE]);

        crate::world::die_after(&scene.chat, requests, async |store| {
            crate::world::acts::enter(&store, &phone).await;
        })
        .await;
        scene.settle_from(5).await;

        // Broadcasts may have reported it as well: those reports expire.
        for room in &rooms {
            assert_eq!(scene.chat.online(*room).await, [0; 0], "after {requests}");
        }
        assert_eq!(scene.chat.database.items().await, before, "after {requests}");
    }
}

#[tokio::test]
async fn a_socket_that_cannot_be_looked_at_is_looked_at_again() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1]).await;
    let phone = scene.open(room, 1, "phone=").await;
    scene.stage.answer(&phone, [Answer::FAILED, Answer::FAILED, Answer::FAILED, Answer::Done]);

    let batch = scene.changes();
    scene.deliver(batch, at(60)).await;
    assert_eq!(scene.changes().len(), 1);
    assert_eq!(scene.chat.subscribed(room).await, ["phone="]);
}

/// Lambda keeps the order of one item's records, and a membership and a presence are two items.
#[tokio::test]
async fn a_user_who_is_added_while_online_is_shown_online_whichever_record_comes_first() {
    for presence_first in [false, true] {
        let scene = Scene::start().await;
        let room = scene.room_of(&[1]).await;
        scene.chat.put_profile(&profile(2)).await.unwrap();
        let here = scene.open(room, 1, "here=").await;
        scene.enter(2, "phone=").await;
        scene.settle().await;
        let addition = scene.chat.add_member(room, user(2), Role::Member, at(60)).await.unwrap();
        scene.app.finish_addition(&addition, at(60)).await.unwrap();
        let is_presence = |record: &StreamRecord| {
            matches!(record.record.clone().change(), Ok(Some(Change::Presence { .. })))
        };
        let (presence, others): (Vec<_>, Vec<_>) =
            scene.changes().into_iter().partition(is_presence);
        assert_eq!(presence.len(), 1);

        let in_turn = if presence_first { [presence, others] } else { [others, presence] };
        for batch in in_turn {
            scene.deliver(batch, at(60)).await;
        }

        let events = scene.events(&here);
        let online = ("member_online".to_owned(), 2);
        assert_eq!(events.last(), Some(&online), "presence first: {presence_first}: {events:?}");
        let joins = events.iter().position(|(kind, _)| kind == "member_join");
        let told = &events[joins.unwrap()..];
        assert!(told.contains(&online), "a client shows a new member as offline: {told:?}");
    }
}

#[tokio::test]
async fn a_removed_member_who_is_added_again_online_is_announced_as_online() {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2]).await;
    let here = scene.open(room, 1, "here=").await;
    scene.enter(2, "phone=").await;
    scene.settle().await;

    scene.chat.remove_member(room, user(2)).await.unwrap();
    scene.chat.add_member(room, user(2), Role::Member, at(60)).await.unwrap();
    scene.app.end_subscriptions(room, user(2), at(60)).await.unwrap();
    scene.settle().await;

    let events = scene.events(&here);
    let kinds: Vec<&str> = events[1..].iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["member_leave", "member_join", "member_online"]);
    assert_eq!(scene.chat.online(room).await, [1, 2]);
    assert_eq!(scene.chat.subscribed(room).await, ["here=", "phone="]);
}
