//! The rooms, who does what there, and what is wrong in the end.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;
use tests::{Account, Stack, account::guarded};
use tokio::time::{Instant, sleep};

use super::{
    calls::{get, insist, send},
    device::Device,
    ledger::{Ledger, Sent},
    view::View,
};
use crate::random::Random;

const FAULTS: &str = "kill_function=0.06:40,kill_at_post=0.02:5,lose_disconnect=0.3:8";
const USERS: usize = 5;
pub const ROOMS: usize = 3;
/// Owns all rooms, stays in them, and watches each with a socket that stays open.
pub const OWNER: usize = 0;
/// Whoever was lost without a word is noticed by a message, some time after it was opened.
const ROUNDS_EVERY: Duration = Duration::from_secs(6);

pub struct World {
    pub stack: Stack,
    pub random: Random,
    pub users: Vec<Account>,
    pub rooms: Vec<u64>,
    /// The first ones are the owner's, one for each room in their order.
    pub devices: Vec<Device>,
    pub ledger: Ledger,
    /// The number of the step.
    pub now: usize,
}

impl World {
    pub async fn open(seed: u64) -> Self {
        let arguments = ["--faults", FAULTS, "--faults-seed", &seed.to_string()];
        let stack = guarded().unlimited().args(arguments).start().await;
        let mut users = Vec::new();
        for id in 1..=USERS as u64 {
            let says = serde_json::json!({ "name": format!("사용자 {id}") });
            let account = Account::claiming(&stack, id, &says);
            // The first ticket makes a user of a token's subject.
            insist(async || account.post("/chat/ticket", &Value::Null).await).await.expect(200);
            users.push(account);
        }
        let (random, ledger) = (Random::new(seed), Ledger::default());
        let (rooms, devices) = (Vec::new(), Vec::new());
        let mut world = Self { stack, random, users, rooms, devices, ledger, now: 0 };
        for place in 0..ROOMS {
            world.create_room(place).await;
        }
        world
    }

    async fn create_room(&mut self, place: usize) {
        let owner = &self.users[OWNER];
        let body = serde_json::json!({ "user_id": owner.id(), "name": "혼돈" });
        let created = insist(async || owner.post("/api/v1/chat/rooms", &body).await).await;
        let created = created.expect(201);
        self.rooms.push(created["data"]["id"].as_u64().expect("an id"));
        self.ledger.joins(OWNER, place, 0);
        self.connect(OWNER, Some(place)).await;
    }

    pub async fn step(&mut self) {
        self.now += 1;
        let (user, place) = (1 + self.random.below(USERS - 1), self.random.below(ROOMS));
        match self.random.below(16) {
            0..3 => self.add(user, place).await,
            3 | 4 => self.remove(user, place).await,
            5 | 6 => self.connect(user, Some(place)).await,
            7 | 8 => self.connect(user, None).await,
            9 => self.drop_a_socket(),
            10 => self.flap(user).await,
            11 | 12 => self.burst(place).await,
            13 => self.send_frame(place),
            _ => self.read(user, place).await,
        }
    }

    pub fn open_devices(&self) -> impl Iterator<Item = &Device> {
        self.devices.iter().filter(|device| device.is_open())
    }

    /// Waits until nothing is wrong any more, or for so long.
    pub async fn quiet(&mut self, limit: Duration) {
        let end = Instant::now() + limit;
        let mut next_round = Instant::now();
        while Instant::now() < end {
            if Instant::now() >= next_round {
                next_round += ROUNDS_EVERY;
                self.say_something_everywhere().await;
            }
            sleep(Duration::from_millis(500)).await;
            if self.wrong().await.is_empty() {
                return;
            }
        }
    }

    async fn say_something_everywhere(&mut self) {
        self.now += 1;
        for place in 0..ROOMS {
            let (room, text) = (self.rooms[place], format!("{}-marker", self.now));
            let id = send(&self.stack, &self.users[OWNER], room, &text).await;
            self.ledger.sent.push(Sent { place, text, step: self.now, id });
        }
    }

    pub async fn figures(&self) -> String {
        let faults = self.stack.get("/_edge/faults").await.expect(200);
        let sum: u64 =
            faults.as_object().into_iter().flatten().filter_map(|(_, n)| n.as_u64()).sum();
        let wrong = self.wrong().await;
        let count = |kind: &str| wrong.iter().filter(|line| line.starts_with(kind)).count();
        let messages = join_all((0..ROOMS).map(|place| self.stored(place))).await.concat().len();
        let (open, all) = (self.open_devices().count(), self.devices.len());
        format!(
            "{sum} faults {faults}, {messages} messages, {open} of {all} sockets open, lost {}, stuck {}, leaked {}",
            count("lost"),
            count("stuck"),
            count("leaked"),
        )
    }

    /// Everything that is not as it should be, in words.
    pub async fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for place in 0..ROOMS {
            let stored = self.stored(place).await;
            self.compare_messages(place, &stored, &mut wrong);
            let listed = View::of(self.rooms[place], &self.users[OWNER], &self.users).await;
            self.compare_members(place, &listed, &mut wrong);
        }
        wrong
    }

    async fn stored(&self, place: usize) -> Vec<(u64, String)> {
        let (mut stored, mut after) = (Vec::new(), 0);
        loop {
            let path = format!(
                "/api/v1/chat/rooms/{}/messages?after={after}&limit=200",
                self.rooms[place]
            );
            let page = get(&self.users[OWNER], &path).await;
            for message in page["data"].as_array().expect("a list") {
                after = message["id"].as_u64().expect("an id");
                stored.push((after, message["message"].as_str().unwrap_or_default().to_owned()));
            }
            if page["page"]["has_more"] == false || page["data"] == serde_json::json!([]) {
                return stored;
            }
        }
    }
}
