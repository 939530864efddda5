//! What races have in common: acts of user 2 with the stream, and the truth that they must leave.

use shared::{
    domain::{Role, RoomId},
    store::Store,
};

use crate::world::{Scene, at, process, socket, user};

/// Delivers what was written so far through this store, as a function of its own.
pub async fn fan_out(scene: &Scene, store: Store) {
    let app = scene.app_on(store);
    let failed = process(&app, scene.changes(), at(60)).await;
    assert!(failed.is_empty(), "{failed:?}");
}

pub async fn remove(scene: &Scene, store: Store, room: RoomId) {
    store.remove_member(room, user(2)).await.expect("an outcome");
    scene.app_on(store).end_subscriptions(room, user(2), at(60)).await.expect("sockets");
}

/// Adds user 2 as the function does.
pub async fn add(scene: &Scene, store: Store, room: RoomId) {
    let addition = store.add_member(room, user(2), Role::Member, at(60)).await.expect("an outcome");
    scene.app_on(store).finish_addition(&addition, at(60)).await.expect("subscriptions");
}

/// After quiet: who is subscribed is online and the last that the room heard of user 2.
pub async fn expect_truth(scene: &Scene, room: RoomId, here: &str, online: bool, when: &str) {
    scene.settle_from(66).await;
    let others = scene.chat.subscribed(room).await.into_iter().filter(|id| id != here);
    assert_eq!(others.count() > 0, online, "subscribed: {when}");
    assert_eq!(scene.chat.online(room).await.contains(&2), online, "online: {when}");
    let events = scene.events(&socket(room, user(1), here));
    let presence: Vec<&str> = events
        .iter()
        .filter(|(kind, user)| *user == 2 && kind != "read")
        .map(|(kind, _)| kind.as_str())
        .collect();
    let is_online = match presence.last() {
        Some(&"member_online") => true,
        Some(&"member_offline" | &"member_leave" | &"member_join") | None => false,
        other => panic!("{other:?}"),
    };
    assert_eq!(is_online, online, "heard {presence:?}: {when}");
}

/// Ends the membership, so that the next order's sockets have one room to be subscribed to.
pub async fn part(scene: &Scene, room: RoomId) {
    scene.chat.remove_member(room, user(2)).await.expect("an outcome");
    scene.settle().await;
}

/// A room with a socket of its owner who has heard of everything so far.
pub async fn watched_room(scene: &Scene, members: &[u64]) -> (RoomId, String) {
    let room = scene.room_of(members).await;
    let here = format!("here{room}=");
    scene.open(room, 1, &here).await;
    scene.settle().await;
    (room, here)
}
