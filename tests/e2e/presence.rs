//! Who is online: one presence per user, however many devices.

use tests::{Room, Socket, Stack, User, event};

/// Lets another member come and go, so that everything the room had to hear before is heard.
async fn come_and_go(room: &Room, passer_by: &User) {
    room.connect(passer_by).await.close(1000, "").await;
}

async fn expect_visit(socket: &mut Socket, room: &Room, passer_by: &User) {
    socket.expect(&event::member_online(room, passer_by)).await;
    socket.expect(&event::member_offline(room, passer_by)).await;
}

#[tokio::test]
async fn the_others_hear_who_comes_and_goes() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut witness = room.connect(&ada).await;

    for _ in 0..2 {
        let socket = room.connect(&bob).await;
        witness.expect(&event::member_online(&room, &bob)).await;
        socket.close(1000, "bye").await;
        witness.expect(&event::member_offline(&room, &bob)).await;
    }
    room.expect_silence(&mut witness, &ada).await;
}

#[tokio::test]
async fn nobody_hears_their_own_coming() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let mut phone = room.connect(&ada).await;
    let mut laptop = room.connect(&ada).await;
    room.send(&ada, "hello").await;
    for device in [&mut phone, &mut laptop] {
        device.expect(&event::message(&room, 1, &ada, "hello")).await;
    }
}

#[tokio::test]
async fn two_devices_are_one_presence() {
    let stack = Stack::start().await;
    let [ada, bob, eve] = stack.users().await;
    let room = stack.room(&[&ada, &bob, &eve]).await;
    let mut witness = room.connect(&ada).await;

    let phone = room.connect(&bob).await;
    witness.expect(&event::member_online(&room, &bob)).await;
    let laptop = room.connect(&bob).await;
    room.expect_silence(&mut witness, &ada).await;

    phone.close(1000, "").await;
    come_and_go(&room, &eve).await;
    expect_visit(&mut witness, &room, &eve).await;

    laptop.close_silently().await;
    witness.expect(&event::member_offline(&room, &bob)).await;
    room.expect_silence(&mut witness, &ada).await;
}

#[tokio::test]
async fn a_lost_network_counts_as_leaving_but_only_with_the_last_device() {
    let stack = Stack::start().await;
    let [ada, bob, eve] = stack.users().await;
    let room = stack.room(&[&ada, &bob, &eve]).await;
    let mut witness = room.connect(&ada).await;
    let phone = room.connect(&bob).await;
    witness.expect(&event::member_online(&room, &bob)).await;
    let laptop = room.connect(&bob).await;

    phone.drop_network();
    come_and_go(&room, &eve).await;
    expect_visit(&mut witness, &room, &eve).await;

    laptop.drop_network();
    witness.expect(&event::member_offline(&room, &bob)).await;
}

#[tokio::test]
async fn devices_that_vanish_together_are_one_leaving() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut witness = room.connect(&ada).await;
    let mut devices = Vec::new();
    for _ in 0..5 {
        devices.push(room.connect(&bob).await);
    }
    witness.expect(&event::member_online(&room, &bob)).await;

    devices.into_iter().for_each(Socket::drop_network);

    witness.expect(&event::member_offline(&room, &bob)).await;
    room.expect_silence(&mut witness, &ada).await;
}

#[tokio::test]
async fn presence_in_one_room_says_nothing_in_another() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let here = stack.room(&[&ada, &bob]).await;
    let there = stack.room(&[&ada, &bob]).await;
    let mut witness = there.connect(&ada).await;

    let _bob = here.connect(&bob).await;

    there.expect_silence(&mut witness, &ada).await;
    let online = |room: Room| {
        let bob = bob.clone();
        async move { room.member(&bob).await.expect("bob is a member")["online"].clone() }
    };
    assert_eq!((online(here).await, online(there).await), (true.into(), false.into()));
}
