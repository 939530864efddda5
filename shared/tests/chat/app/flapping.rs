//! Sockets that come and go at random, with the stream at random points in between.

use std::collections::{BTreeMap, VecDeque};

use futures_util::future::join_all;
use shared::{
    app::StreamRecord,
    domain::{Connection, RoomId},
};

use crate::world::{
    Scene,
    acts::{enter, open},
    at, socket, ticket_socket, user,
};

const MEMBERS: [u64; 3] = [2, 3, 4];
const ROUNDS: usize = 20;

/// Numbers that only look random, so that a failure can be repeated.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("a small number")
    }
}

/// The room, the sockets that are open in it, and what the stream has not delivered yet.
struct Life<'a> {
    scene: &'a Scene,
    room: RoomId,
    dice: Dice,
    open: Vec<Connection>,
    opened: usize,
    undelivered: VecDeque<StreamRecord>,
}

impl Life<'_> {
    /// Some sockets come, some go, and some records are delivered, all at once.
    async fn go_on(&mut self, repeats: bool) {
        self.undelivered.extend(self.scene.changes());
        let comes: Vec<Connection> = (0..self.dice.below(3)).map(|_| self.next_socket()).collect();
        let mut goes = Vec::new();
        for _ in 0..self.dice.below(4).min(self.open.len()) {
            goes.push(self.open.swap_remove(self.dice.below(self.open.len())));
        }
        let count = self.dice.below(self.undelivered.len() + 1);
        let batch: Vec<StreamRecord> = self.undelivered.drain(..count).collect();
        let times = if repeats { 1 + self.dice.below(2) } else { 1 };
        let (scene, store) = (self.scene, &self.scene.chat.store);

        let comings = join_all(comes.iter().map(async |socket| match socket.room_id {
            Some(_) => assert!(open(store, socket).await),
            None => enter(store, socket).await,
        }));
        let goings = join_all(goes.iter().map(|socket| store.disconnect(socket)));
        let delivers = async {
            for _ in 0..times {
                scene.deliver(batch.clone(), at(60)).await;
            }
        };
        let (_, closed, ()) = tokio::join!(comings, goings, delivers);

        assert!(closed.iter().all(Result::is_ok));
        self.open.extend(comes);
    }

    fn next_socket(&mut self) -> Connection {
        self.opened += 1;
        let owner = MEMBERS[self.dice.below(MEMBERS.len())];
        let id = format!("{}=", self.opened);
        match self.dice.below(2) {
            0 => ticket_socket(owner, &id),
            _ => socket(self.room, user(owner), &id),
        }
    }

    async fn come_to_rest(&mut self) {
        let rest: Vec<StreamRecord> = self.undelivered.drain(..).collect();
        self.scene.deliver(rest, at(60)).await;
        self.scene.settle().await;
    }
}

/// Lets a room live through some rounds: what its owner heard of each member, and the truth.
async fn live(seed: u64, repeats: bool) -> BTreeMap<u64, (Vec<String>, bool)> {
    let scene = Scene::start().await;
    let room = scene.room_of(&[1, 2, 3, 4]).await;
    let here = scene.open(room, 1, "here=").await;
    scene.settle().await;
    let (open, undelivered) = (Vec::new(), VecDeque::new());
    let mut life = Life { scene: &scene, room, dice: Dice(seed), open, opened: 0, undelivered };
    for _ in 0..ROUNDS {
        life.go_on(repeats).await;
    }
    life.come_to_rest().await;

    let mut open: Vec<String> = life.open.iter().map(|socket| socket.id.to_string()).collect();
    open.push("here=".to_owned());
    open.sort();
    assert_eq!(scene.chat.subscribed(room).await, open, "seed {seed}");
    let online = scene.chat.online(room).await;
    let heard = |member: u64| {
        let events = scene.events(&here).into_iter().filter(|(_, of)| *of == member);
        events.map(|(kind, _)| kind).collect::<Vec<_>>()
    };
    let truth = |member| life.open.iter().any(|socket| socket.user_id == user(member));
    for member in MEMBERS {
        assert_eq!(online.contains(&member), truth(member), "of {member}, seed {seed}");
    }
    MEMBERS.map(|member| (member, (heard(member), truth(member)))).into()
}

#[tokio::test]
async fn the_last_that_is_heard_of_each_member_is_true() {
    for seed in 1..=6 {
        for (member, (heard, online)) in live(seed, false).await {
            let last = heard.last().is_some_and(|kind| kind == "member_online");
            assert_eq!(last, online, "of {member}, seed {seed}: {heard:?}");
        }
    }
}

#[tokio::test]
async fn the_last_that_is_heard_is_true_also_when_batches_come_twice() {
    for seed in 11..=16 {
        for (member, (heard, online)) in live(seed, true).await {
            let last = heard.last().is_some_and(|kind| kind == "member_online");
            assert_eq!(last, online, "of {member}, seed {seed}: {heard:?}");
        }
    }
}
