//! Who comes first, who goes last.

use jiff::SignedDuration;
use shared::{
    domain::{Connection, Role},
    store::Arrival,
};

use crate::chat::{Chat, at, socket, user};

/// A socket that is opened so many minutes after [`at`]`(0)`.
fn later(minutes: i64, socket: Connection) -> Connection {
    let connected_at = socket.connected_at + SignedDuration::from_mins(minutes);
    Connection { connected_at, ..socket }
}

#[tokio::test]
async fn two_devices_of_one_user_are_one_presence() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    let (phone, laptop) = (socket(room, user(1), "phone="), socket(room, user(1), "laptop="));

    assert_eq!(chat.open(&phone).await, Arrival::First);
    assert_eq!(chat.open(&laptop).await, Arrival::Another);
    assert_eq!(chat.open(&socket(room, user(2), "other=")).await, Arrival::First);

    assert!(!chat.close(&phone).await, "the laptop is still there");
    assert!(chat.close(&laptop).await);
    assert_eq!(chat.open(&phone).await, Arrival::First, "after everything was closed");
}

#[tokio::test]
async fn presence_is_by_room() {
    let chat = Chat::start().await;
    let (one, other) = (chat.room_of(&[1]).await, chat.room_of(&[1]).await);
    let (here, there) = (socket(one, user(1), "here="), socket(other, user(1), "there="));

    assert_eq!(chat.open(&here).await, Arrival::First);
    assert_eq!(chat.open(&there).await, Arrival::First);
    assert!(chat.close(&here).await);
    assert!(chat.close(&there).await);
}

#[tokio::test]
async fn a_lost_disconnect_does_not_hide_the_next_arrival() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    chat.open(&socket(room, user(1), "lost=")).await;
    let phone = later(131, socket(room, user(1), "phone="));

    assert_eq!(chat.open(&phone).await, Arrival::First, "the lost one has expired");
    let laptop = later(132, socket(room, user(1), "laptop="));
    assert_eq!(chat.open(&laptop).await, Arrival::Another);
    assert!(!chat.close(&laptop).await);
    assert!(chat.close(&phone).await, "the lost one does not count");
}

#[tokio::test]
async fn a_lost_disconnect_does_not_hide_that_the_last_has_gone() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    chat.open(&socket(room, user(1), "lost=")).await;
    let phone = later(100, socket(room, user(1), "phone="));

    assert_eq!(chat.open(&phone).await, Arrival::Another, "nobody knows yet that it is lost");
    let left = chat.disconnect(&phone, at(131 * 60)).await.unwrap();

    assert_eq!(left, [room]);
    assert_eq!(chat.online_users(room, at(131 * 60)).await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_socket_that_was_lost_after_the_others_had_gone_is_not_online_for_ever() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    chat.open(&socket(room, user(1), "lost=")).await;
    let phone = later(100, socket(room, user(1), "phone="));
    chat.open(&phone).await;
    chat.close(&phone).await;

    for (minutes, online) in [(129, 1), (131, 0)] {
        let users = chat.online_users(room, at(minutes * 60)).await.unwrap();
        assert_eq!(users.len(), online, "after {minutes} minutes");
    }
}

#[tokio::test]
async fn a_disconnect_that_comes_after_the_next_arrival_takes_nobody_offline() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let lost = socket(room, user(1), "lost=");
    chat.open(&lost).await;
    let phone = later(131, socket(room, user(1), "phone="));
    chat.open(&phone).await;

    assert!(!chat.close(&lost).await, "the phone is online");
    assert!(chat.close(&phone).await);
}

#[tokio::test]
async fn a_removal_takes_the_presence_with_it() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1, 2]).await;
    let phone = socket(room, user(2), "phone=");
    chat.open(&phone).await;

    chat.remove_member(room, user(2)).await.unwrap();
    assert!(!chat.close(&phone).await, "who is no member does not go offline");

    chat.add_member(room, user(2), Role::Member, at(9)).await.unwrap();
    assert!(chat.online_users(room, at(9)).await.unwrap().is_empty());
    assert_eq!(chat.open(&phone).await, Arrival::First);
}
