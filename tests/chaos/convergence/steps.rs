//! What happens: one thing after the other, each answered, and none announced yet.

use futures_util::future::join_all;
use serde_json::json;

use super::{
    calls::{insist, open, send},
    device::Device,
    ledger::Sent,
    view::View,
    world::{OWNER, ROOMS, World},
};

const MOST_DEVICES: usize = 20;
const BURST: usize = 6;

impl World {
    pub async fn add(&mut self, user: usize, place: usize) {
        let (owner, room) = (&self.users[OWNER], self.rooms[place]);
        let added = insist(async || owner.add(room, &self.users[user], "member").await).await;
        assert!([200, 201].contains(&added.status), "{}", added.text);
        if !self.ledger.is_member(user, place) {
            self.ledger.joins(user, place, self.now);
        }
    }

    pub async fn remove(&mut self, user: usize, place: usize) {
        let (owner, room) = (&self.users[OWNER], self.rooms[place]);
        let removed = insist(async || owner.remove(room, &self.users[user]).await).await;
        assert!([200, 404].contains(&removed.status), "{}", removed.text);
        self.ledger.leaves(user, place, self.now);
    }

    pub async fn connect(&mut self, user: usize, place: Option<usize>) {
        let is_refused = place.is_some_and(|place| !self.ledger.is_member(user, place));
        if is_refused || self.open_devices().count() >= MOST_DEVICES {
            return;
        }
        let room = place.map(|place| self.rooms[place]);
        let socket = open(&self.stack, &self.users[user], room).await;
        let mut device = Device::new(user, place, self.now, socket);
        if let Some(room) = room {
            device.first_view = View::of(room, &self.users[OWNER], &self.users).await;
        }
        self.devices.push(device);
    }

    pub fn drop_a_socket(&mut self) {
        let closable: Vec<usize> = (ROOMS..self.devices.len()).collect();
        let open: Vec<usize> =
            closable.into_iter().filter(|index| self.devices[*index].is_open()).collect();
        if !open.is_empty() {
            let chosen = open[self.random.below(open.len())];
            self.devices[chosen].drop_network();
        }
    }

    /// The network changes: a socket breaks and its user is back at once.
    pub async fn flap(&mut self, user: usize) {
        let own = self.devices.iter().skip(ROOMS).position(|of| of.user == user && of.is_open());
        if let Some(index) = own {
            let device = &mut self.devices[ROOMS + index];
            device.drop_network();
            let place = device.place;
            self.connect(user, place).await;
        }
    }

    /// Several sends at once, by members and by others.
    pub async fn burst(&mut self, place: usize) {
        let room = self.rooms[place];
        let senders: Vec<usize> = (0..BURST).map(|_| self.random.below(self.users.len())).collect();
        let texts: Vec<String> = (0..BURST).map(|n| format!("{}-{n}", self.now)).collect();
        let sends = senders.iter().zip(&texts);
        let sends = sends.map(|(user, text)| send(&self.stack, &self.users[*user], room, text));
        let ids = join_all(sends).await;
        for ((user, text), id) in senders.into_iter().zip(texts).zip(ids) {
            assert_eq!(id.is_some(), self.ledger.is_member(user, place), "{text} of {user}");
            self.ledger.sent.push(Sent { place, text, step: self.now, id });
        }
    }

    /// A frame of which nobody knows whether it arrives.
    pub fn send_frame(&mut self, place: usize) {
        let senders: Vec<&Device> =
            self.open_devices().filter(|device| device.place.is_none()).collect();
        let text = format!("{}-frame", self.now);
        let frame =
            json!({ "roomId": self.rooms[place], "content": text, "clientMessageId": text });
        for device in &senders {
            device.send(&frame);
        }
        if !senders.is_empty() {
            self.ledger.sent.push(Sent { place, text, step: self.now, id: None });
        }
    }

    pub async fn read(&mut self, user: usize, place: usize) {
        let (reader, room) = (&self.users[user], self.rooms[place]);
        let (path, body) =
            (format!("/api/v1/chat/rooms/{room}/read"), json!({ "user_id": reader.id() }));
        let answer = insist(async || reader.post(&path, &body).await).await;
        let expected = if self.ledger.is_member(user, place) { 200 } else { 404 };
        assert_eq!(answer.status, expected, "{}", answer.text);
    }
}
