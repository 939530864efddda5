//! Additions, removals, connects and closes at random, while the stream comes as Lambda gives it: in lanes
//! of items, some records late. In the end the room's view is the truth.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use futures_util::future::join_all;
use shared::{
    app::StreamRecord,
    domain::{Connection, Role, RoomId},
};

use super::{flapping::Dice, races};
use crate::world::{
    Scene,
    acts::{enter, open},
    at, process, profile, socket, ticket_socket, user,
};

const USERS: [u64; 3] = [2, 3, 4];
const STEPS: usize = 14;
const LANES: usize = 6;
const PLAYS: u64 = 50;

struct Play<'a> {
    scene: &'a Scene,
    room: RoomId,
    dice: Dice,
    open: Vec<Connection>,
    opened: usize,
    /// The records that are not delivered, by lanes: those of one item are in one lane.
    lanes: [VecDeque<StreamRecord>; LANES],
}

impl Play<'_> {
    /// One user does something, while some of the records are delivered.
    async fn step(&mut self) {
        self.sort_into_lanes();
        let batches: Vec<Vec<StreamRecord>> = (0..LANES)
            .map(|lane| {
                let count = self.dice.below(self.lanes[lane].len() + 1);
                self.lanes[lane].drain(..count).collect()
            })
            .collect();
        let who = USERS[self.dice.below(USERS.len())];
        let (act, scene) = (self.dice.below(6), self.scene);
        let deliveries = deliver(scene, batches);
        tokio::join!(self.act(act, who), deliveries);
    }

    async fn act(&mut self, act: usize, who: u64) {
        let (room, store) = (self.room, &self.scene.chat.store);
        match act {
            0 | 1 => {
                let added = store.add_member(room, user(who), Role::Member, at(60)).await;
                let added = added.expect("an outcome");
                self.scene.app.finish_addition(&added, at(60)).await.expect("subscriptions");
            }
            2 => {
                store.remove_member(room, user(who)).await.expect("an outcome");
                let closed = self.scene.app.end_subscriptions(room, user(who), at(60)).await;
                for socket in closed.expect("sockets") {
                    self.open.retain(|open| open.id != socket.id);
                    store.disconnect(&socket).await.expect("a disconnect");
                }
            }
            3 if !self.open.is_empty() => {
                let socket = self.open.swap_remove(self.dice.below(self.open.len()));
                store.disconnect(&socket).await.expect("a disconnect");
            }
            _ => {
                self.opened += 1;
                let id = format!("{}=", self.opened);
                if self.dice.below(2) == 0 {
                    let socket = ticket_socket(who, &id);
                    enter(store, &socket).await;
                    self.open.push(socket);
                } else {
                    let socket = socket(room, user(who), &id);
                    if open(store, &socket).await {
                        self.open.push(socket);
                    }
                }
            }
        }
    }

    fn sort_into_lanes(&mut self) {
        for record in self.scene.changes() {
            let key = ["pk", "sk"].map(|name| format!("{:?}", record.record.keys.get(name)));
            let sum: usize = key.concat().bytes().map(usize::from).sum();
            self.lanes[sum % LANES].push_back(record);
        }
    }

    async fn come_to_rest(&mut self) {
        loop {
            self.sort_into_lanes();
            let batches = self.lanes.each_mut().map(|lane| lane.drain(..).collect::<Vec<_>>());
            if batches.iter().all(Vec::is_empty) {
                return;
            }
            deliver(self.scene, batches.into()).await;
        }
    }

    /// The members, each with whether the member is online.
    async fn truth(&self) -> BTreeMap<u64, bool> {
        let mut truth = BTreeMap::new();
        for who in USERS {
            let standing =
                self.scene.chat.standing(self.room, user(who)).await.expect("a standing");
            if standing.member.is_some() {
                let is_online = self.open.iter().any(|socket| socket.user_id == user(who));
                truth.insert(who, is_online);
            }
        }
        truth
    }

    /// The same as a client shows it that has applied every event.
    fn view(&self, here: &Connection) -> BTreeMap<u64, bool> {
        let mut view = BTreeMap::new();
        for (kind, who) in self.scene.events(here) {
            match kind.as_str() {
                "member_join" => drop(view.entry(who).or_insert(false)),
                "member_leave" => drop(view.remove(&who)),
                "member_online" | "member_offline" => {
                    view.entry(who).and_modify(|online| *online = kind == "member_online");
                }
                _ => {}
            }
        }
        view.retain(|who, _| USERS.contains(who));
        view
    }
}

/// Delivers the batches of all lanes at once, each in a process of its own.
async fn deliver(scene: &Scene, batches: Vec<Vec<StreamRecord>>) {
    let processes = batches.into_iter().map(async |batch| {
        let app = scene.app_on(scene.chat.store.clone());
        process(&app, batch, at(60)).await
    });
    let failed = join_all(processes).await.concat();
    assert!(failed.is_empty(), "records failed: {failed:?}");
}

async fn play(seed: u64) {
    let scene = Scene::start().await;
    for who in USERS {
        scene.chat.put_profile(&profile(who)).await.expect("a profile");
    }
    let (room, here) = races::watched_room(&scene, &[1]).await;
    let here = socket(room, user(1), &here);
    let mut play = Play {
        scene: &scene,
        room,
        dice: Dice::new(seed),
        open: Vec::new(),
        opened: 0,
        lanes: Default::default(),
    };
    for _ in 0..STEPS {
        play.step().await;
    }
    play.come_to_rest().await;

    let truth = play.truth().await;
    assert_eq!(play.view(&here), truth, "left is shown, seed {seed}: {:?}", scene.events(&here));
    let online: BTreeSet<u64> = scene.chat.online(room).await.into_iter().collect();
    let expected = truth.into_iter().filter(|(_, is_online)| *is_online).map(|(who, _)| who);
    assert_eq!(online, expected.chain([1]).collect(), "left is listed as online, seed {seed}");
}

#[tokio::test]
async fn every_play_ends_with_a_view_that_is_true() {
    for seed in 1..=PLAYS {
        play(seed).await;
    }
}
