//! Members who come: announced once, and their open ticket sockets have the room.

use shared::domain::{Role, RoomId};

use crate::world::{Scene, acts::enter, at, die_after, profile, ticket_socket, user};

/// A room of user 1, and a user 2.
async fn room_to_join(scene: &Scene) -> RoomId {
    let room = scene.room_of(&[1]).await;
    scene.chat.put_profile(&profile(2)).await.expect("a profile");
    room
}

/// Adds user 2 as the function does, in a process that dies after so many requests.
async fn add_and_die(scene: &Scene, room: RoomId, requests: usize) -> bool {
    let adding = die_after(&scene.chat, requests, async |store| {
        let addition = store.add_member(room, user(2), Role::Member, at(60)).await;
        let app = scene.app_on(store);
        app.finish_addition(&addition.expect("an addition"), at(60)).await.expect("subscriptions");
    });
    adding.await.is_some()
}

#[tokio::test]
async fn a_new_member_is_announced_once_and_hears_of_the_room_on_open_ticket_sockets() {
    let scene = Scene::start().await;
    let room = room_to_join(&scene).await;
    let here = scene.open(room, 1, "here=").await;
    let phone = scene.enter(2, "phone=").await;

    assert!(add_and_die(&scene, room, usize::MAX).await);
    scene.send(room, 1, "welcome").await.unwrap();
    assert_eq!(scene.message_ids(&phone), [1], "from the answer on");
    scene.settle().await;

    assert_eq!(scene.count(&here, "member_join", 2), 1);
    assert_eq!(scene.count(&here, "member_offline", 2), 0);
    assert_eq!(scene.events(&here).last(), Some(&("member_online".to_owned(), 2)));
    assert_eq!(scene.chat.online(room).await, [1, 2]);
}

#[tokio::test]
async fn an_addition_that_died_after_its_write_is_finished_behind_the_stream() {
    // Number, write, read the sockets, subscribe.
    for requests in 0..4 {
        let scene = Scene::start().await;
        let room = room_to_join(&scene).await;
        let here = scene.open(room, 1, "here=").await;
        let phone = scene.enter(2, "phone=").await;

        assert!(!add_and_die(&scene, room, requests).await);
        scene.settle().await;
        let was_written = requests >= 2;
        assert_eq!(scene.count(&here, "member_join", 2), usize::from(was_written), "{requests}");
        assert_eq!(scene.chat.online(room).await.contains(&2), was_written, "{requests}");

        assert!(add_and_die(&scene, room, usize::MAX).await, "the client tries again");
        scene.settle().await;
        scene.send(room, 1, "welcome").await.unwrap();
        assert_eq!(scene.count(&here, "member_join", 2), 1, "after {requests}");
        assert_eq!(scene.count(&here, "member_offline", 2), 0, "after {requests}");
        assert!(scene.count(&here, "member_online", 2) > 0, "after {requests}");
        assert_eq!(scene.message_ids(&phone), [1], "after {requests}");
    }
}

/// The user's own sockets hear of the presence with the joining only; others may hear of it twice.
#[tokio::test]
async fn a_socket_that_hears_its_own_user_join_hears_that_the_user_is_online() {
    let scene = Scene::start().await;
    let room = room_to_join(&scene).await;
    let here = scene.open(room, 1, "here=").await;
    scene.settle().await;

    add_and_die(&scene, room, usize::MAX).await;
    let phone = scene.open(room, 2, "phone=").await;
    scene.settle().await;

    let expected = ["member_join", "member_online"].map(|kind| (kind.to_owned(), 2));
    assert_eq!(scene.events(&phone), expected);
    let mut heard = scene.events(&here);
    heard.dedup();
    assert_eq!(heard, expected);
}

#[tokio::test]
async fn who_is_added_again_after_an_addition_that_died_hears_of_the_room_from_the_answer_on() {
    for requests in 0..4 {
        let scene = Scene::start().await;
        let room = room_to_join(&scene).await;
        let phone = scene.enter(2, "phone=").await;

        assert!(!add_and_die(&scene, room, requests).await);
        assert!(add_and_die(&scene, room, usize::MAX).await, "the client tries again");
        scene.send(room, 1, "welcome").await.unwrap();

        assert_eq!(scene.message_ids(&phone), [1], "after {requests}");
    }
}

#[tokio::test]
async fn a_new_member_without_a_socket_joins_and_is_not_online() {
    let scene = Scene::start().await;
    let room = room_to_join(&scene).await;
    let here = scene.open(room, 1, "here=").await;
    scene.settle().await;

    add_and_die(&scene, room, usize::MAX).await;
    scene.settle().await;

    assert_eq!(scene.events(&here), [("member_join".to_owned(), 2)]);
}

#[tokio::test]
async fn a_room_socket_elsewhere_is_not_subscribed_to_the_new_room() {
    let scene = Scene::start().await;
    let (room, elsewhere) = (scene.room_of(&[1]).await, scene.room_of(&[2]).await);
    scene.open(elsewhere, 2, "elsewhere=").await;

    add_and_die(&scene, room, usize::MAX).await;
    scene.settle().await;

    assert_eq!(scene.chat.subscribed(room).await, [""; 0]);
}

#[tokio::test]
async fn who_is_added_while_connecting_is_subscribed_whoever_comes_second() {
    let scene = Scene::start().await;
    let mut orders = crate::world::Orders::new(&scene.chat);
    while orders.remain() {
        let room = room_to_join(&scene).await;
        let phone = ticket_socket(2, &format!("phone{room}="));

        orders
            .run(
                async |store| enter(&store, &phone).await,
                async |store| {
                    let addition = store.add_member(room, user(2), Role::Member, at(60)).await;
                    scene.app_on(store).finish_addition(&addition.unwrap(), at(60)).await.unwrap();
                },
            )
            .await;

        assert_eq!(scene.chat.subscribed(room).await, [phone.id.to_string()], "{orders:?}");
        scene.chat.remove_member(room, user(2)).await.unwrap();
        scene.chat.close(&phone).await;
        scene.settle().await;
    }
}
