//! Sockets of which nobody said that they are gone.

use std::time::Duration;

use futures_util::future::join_all;
use tests::{
    Socket, Stack,
    account::{accounts, guarded},
};
use tokio::time::{Instant, sleep_until};

use super::{Witness, is_online};
use crate::database_calls::calls;

/// For so long a 410 says nothing: the `$connect` may still be running.
const SETTLING: Duration = Duration::from_secs(20);
/// How long new sockets are checked.
const CHECKED_WITHIN: Duration = Duration::from_secs(30);
const DEAD: usize = 400;

async fn losing(most: usize) -> Stack {
    let faults = format!("lose_disconnect=1:{most}");
    guarded().unlimited().env("RUST_LOG", "info").args(["--faults", &faults]).start().await
}

#[tokio::test]
async fn a_lost_disconnect_is_noticed_with_the_next_message() {
    let stack = losing(1).await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let mut witness = Witness::open(&ada, room).await;
    let opened = Instant::now();
    let socket = bob.room_socket(room).await;
    // From now on nothing but a post looks at it.
    stack.settled(CHECKED_WITHIN).await;
    socket.drop_network();
    sleep_until(opened + SETTLING + Duration::from_secs(1)).await;
    assert_eq!(witness.sees_online(bob.id()).await, Some(true));

    stack.quiet().await;
    assert_eq!(witness.sees_online(bob.id()).await, Some(false));
    assert_eq!(is_online(&ada, room, bob.id()).await, Some(false));
}

#[tokio::test]
async fn a_send_to_many_dead_sockets_makes_one_call_more_and_the_next_none() {
    let stack = losing(usize::MAX).await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let mut sockets = Vec::new();
    for _ in 0..DEAD / 50 {
        sockets.extend(join_all((0..50).map(|_| bob.room_socket_at_once(room))).await);
    }
    let opened = Instant::now();
    stack.settled(CHECKED_WITHIN).await;
    sockets.into_iter().for_each(Socket::drop_network);
    sleep_until(opened + SETTLING + Duration::from_secs(1)).await;

    let send = async |text: &'static str| {
        calls(&stack, "SendMessage", async { drop(ada.send(room, text).await.expect(201)) }).await
    };
    assert_eq!(send("who is there?").await, 5 + 1, "one report, however many are gone");
    stack.quiet().await;
    assert_eq!(is_online(&ada, room, bob.id()).await, Some(false));
    assert_eq!(send("nobody").await, 5, "all are cleared");
}
