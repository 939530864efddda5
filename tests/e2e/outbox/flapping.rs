//! Sockets that break and come back at once: the user ends as online, for everybody.

use futures_util::future::join_all;
use tests::{
    Account, Stack,
    account::{accounts, guarded},
};

use super::{Witness, disconnected, is_online};

const TRIES: usize = 30;

async fn stack() -> Stack {
    guarded().unlimited().env("RUST_LOG", "info").start().await
}

async fn expect_online(witness: &mut Witness, user: &Account, round: usize) {
    let listed = is_online(&witness.account, witness.room, user.id()).await;
    assert_eq!(listed, Some(true), "as listed, after reconnect {round}");
    let seen = witness.sees_online(user.id()).await;
    assert_eq!(seen, Some(true), "as heard, after reconnect {round}");
}

#[tokio::test]
async fn a_room_socket_that_reconnects_leaves_its_user_online() {
    let stack = stack().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let mut witness = Witness::open(&ada, room).await;
    let mut socket = bob.room_socket(room).await;
    for round in 1..=TRIES {
        socket.drop_network();
        socket = bob.room_socket_at_once(room).await;
        disconnected(&stack, round).await;
        expect_online(&mut witness, &bob, round).await;
    }
    socket.close(1000, "").await;
    disconnected(&stack, TRIES + 1).await;
    assert_eq!(is_online(&ada, room, bob.id()).await, Some(false));
    assert_eq!(witness.sees_online(bob.id()).await, Some(false));
}

#[tokio::test]
async fn a_ticket_socket_that_reconnects_leaves_its_user_online() {
    flap_in(1, TRIES).await;
}

#[tokio::test]
async fn a_ticket_socket_of_150_rooms_that_reconnects_leaves_its_user_online_in_all() {
    flap_in(150, 8).await;
}

async fn flap_in(rooms: usize, tries: usize) {
    let stack = stack().await;
    let [ada, bob] = accounts(&stack).await;
    let mut ids = Vec::new();
    for _ in 0..rooms.div_ceil(30) {
        let created = (0..rooms.min(30)).map(async |_| {
            let room = ada.create_room().await;
            ada.add(room, &bob, "member").await.expect(201);
            room
        });
        ids.extend(join_all(created).await);
    }
    let watched = ids.iter().step_by(ids.len().div_ceil(10));
    let mut witnesses: Vec<Witness> =
        join_all(watched.map(|room| Witness::open(&ada, *room))).await;
    let mut socket = bob.socket().await;
    for round in 1..=tries {
        socket.drop_network();
        socket = bob.socket_at_once().await;
        disconnected(&stack, round).await;
        for witness in &mut witnesses {
            expect_online(witness, &bob, round).await;
        }
    }
    let online = join_all(ids.iter().map(|room| is_online(&ada, *room, bob.id()))).await;
    assert_eq!(online, vec![Some(true); ids.len()]);
    socket.drop_network();
    disconnected(&stack, tries + 1).await;
    let online = join_all(ids.iter().map(|room| is_online(&ada, *room, bob.id()))).await;
    assert_eq!(online, vec![Some(false); ids.len()]);
    for witness in &mut witnesses {
        assert_eq!(witness.sees_online(bob.id()).await, Some(false));
    }
}

#[tokio::test]
async fn two_hundred_sockets_that_vanish_together_are_each_users_one_going() {
    let stack = stack().await;
    let [ada] = accounts(&stack).await;
    let room = ada.create_room().await;
    let others: Vec<Account> = join_all((0..20).map(|_| Account::create(&stack))).await;
    for other in &others {
        ada.add(room, other, "member").await.expect(201);
    }
    let mut witness = Witness::open(&ada, room).await;
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.extend(join_all(others.iter().map(|user| user.room_socket_at_once(room))).await);
    }
    stack.quiet().await;
    witness.frames().await;
    witness.heard.clear();

    drop(sockets);

    disconnected(&stack, 200).await;
    witness.frames().await;
    let mut gone: Vec<u64> = witness.heard.iter().map(|(user, _)| *user).collect();
    assert!(witness.heard.iter().all(|(_, online)| !online), "{:?}", witness.heard);
    gone.sort_unstable();
    let mut all: Vec<u64> = others.iter().map(Account::id).collect();
    all.sort_unstable();
    assert_eq!(gone, all, "each user goes once");
    for user in all {
        assert_eq!(is_online(&ada, room, user).await, Some(false));
    }
}
