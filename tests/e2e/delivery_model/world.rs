//! Users, rooms and sockets as they should be.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tests::{Account, Stack, account::guarded, deadline::eventually};

use super::{device::Device, random::Random};

const USERS: usize = 5;
pub const ROOMS: usize = 3;

/// Owns all rooms, stays in them, and watches each with a socket that stays open.
pub const OWNER: usize = 0;

/// A room as it should be.
pub struct Place {
    pub id: u64,
    pub members: BTreeSet<usize>,
    pub last_message: u64,
}

pub struct World {
    stack: Stack,
    pub random: Random,
    pub users: Vec<Account>,
    pub places: Vec<Place>,
    /// The first ones are the owner's, one for each room in their order.
    pub devices: Vec<Device>,
    /// Sockets that were open and are not.
    pub closed: usize,
    /// Frames that were seen and should have been.
    pub compared: usize,
    /// Events that may not be announced yet, with their places.
    pub open: Vec<(usize, String)>,
    counts: BTreeMap<&'static str, usize>,
}

impl World {
    pub async fn open(random: Random) -> Self {
        let stack = guarded().unlimited().env("RUST_LOG", "info").start().await;
        let (mut users, mut places, mut devices) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..USERS {
            users.push(Account::create(&stack).await);
        }
        for place in 0..ROOMS {
            let id = users[OWNER].create_room().await;
            places.push(Place { id, members: BTreeSet::from([OWNER]), last_message: 0 });
            let socket = users[OWNER].room_socket(id).await;
            devices.push(Device::new(OWNER, Some(place), socket));
        }
        let (open, counts) = (Vec::new(), BTreeMap::new());
        Self { stack, random, users, places, devices, closed: 0, compared: 0, open, counts }
    }

    pub fn report(&self) -> String {
        format!("{:?}, {} frames compared", self.counts, self.compared)
    }

    /// One thing happens, in the chat and in the model.
    pub async fn step(&mut self) {
        let (user, place) = (1 + self.random.below(USERS - 1), self.random.below(ROOMS));
        let what = match self.random.below(14) {
            0..3 => self.add(user, place).await,
            3 => self.remove(user, user, place).await,
            4 => self.remove(OWNER, user, place).await,
            5 => self.open_room_socket(user, place).await,
            6 => self.open_ticket_socket(user).await,
            7 => self.close_a_socket().await,
            8..10 => self.send(user, place).await,
            10..13 => self.send_frame(place).await,
            _ => self.trespass(user, place).await,
        };
        *self.counts.entry(what).or_default() += 1;
        // Mostly the next thing happens while this one is still being announced.
        if self.random.below(4) == 0 {
            self.quiet().await;
        }
    }

    /// Every socket has seen what it should have, and nothing else.
    pub async fn settle(&mut self) {
        self.arrive().await;
        self.quiet().await;
        for place in 0..ROOMS {
            self.compare_members(place).await;
        }
        for device in &mut self.devices {
            self.compared += device.settle().await;
        }
    }

    /// Whether a socket of the user gets the room's events.
    pub fn is_online(&self, user: usize, place: usize) -> bool {
        let own = |device: &&Device| device.user == user;
        self.devices.iter().filter(own).any(|device| device.room.is_none_or(|room| room == place))
    }

    /// All messages that were sent so far have come.
    pub async fn arrive(&mut self) {
        for device in &mut self.devices {
            device.arrive().await;
        }
    }

    /// All events so far are announced.
    pub async fn quiet(&mut self) {
        self.stack.quiet().await;
        self.open.clear();
        self.devices.iter_mut().for_each(|device| device.expected.all_announced());
    }

    async fn compare_members(&self, place: usize) {
        let path = format!("/api/v1/chat/rooms/{}/members", self.places[place].id);
        let listed = self.users[OWNER].get(&path).await.expect(200);
        let listed = listed["data"].as_array().expect("a list");
        let listed: BTreeMap<u64, bool> = listed
            .iter()
            .map(|member| (member["user_id"].as_u64().expect("an id"), member["online"] == true))
            .collect();
        let members = self.places[place].members.iter();
        let expected: BTreeMap<u64, bool> =
            members.map(|&user| (self.users[user].id(), self.is_online(user, place))).collect();
        assert_eq!(listed, expected, "who is a member, and whether online");
    }

    /// All sockets of members will see a message.
    pub fn expect_message(&mut self, place: usize, text: &str) -> String {
        let room = &mut self.places[place];
        room.last_message += 1;
        let frame = format!("message {} {} {}", room.id, room.last_message, Value::from(text));
        for device in &mut self.devices {
            let gets = device.room.map_or(room.members.contains(&device.user), |of| of == place);
            if gets {
                device.expected.messages.push(frame.clone());
            }
        }
        frame
    }

    /// The chat knows of every socket that has ended.
    pub async fn expect_disconnects(&self) {
        eventually("every $disconnect to be answered", async || {
            let lines = self.stack.edge.log.lines();
            let answered = lines.iter().filter(|line| {
                line.starts_with("WsDisconnect: ") && line.contains("the request was answered")
            });
            (answered.count() >= self.closed).then_some(())
        })
        .await;
    }
}
