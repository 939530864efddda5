//! What happens: each step asks the chat for something, compares the answer with what the model
//! says, and changes the model. It gives a name to what came of it.

use serde_json::json;

use super::{
    device::Device,
    world::{OWNER, ROOMS, World},
};

const MOST_DEVICES: usize = 14;

impl World {
    pub async fn add(&mut self, user: usize, place: usize) -> &'static str {
        let room = self.places[place].id;
        let answer = self.users[OWNER].add(room, &self.users[user], "member").await;
        if !self.places[place].members.insert(user) {
            assert_eq!(answer.status, 200, "{}", answer.text);
            return "added again";
        }
        assert_eq!(answer.status, 201, "{}", answer.text);
        self.expect_event(place, "member_join", user);
        if self.is_online(user, place) {
            self.expect_presence(place, user, true);
        }
        "added"
    }

    pub async fn remove(&mut self, by: usize, user: usize, place: usize) -> &'static str {
        self.arrive().await;
        let room = self.places[place].id;
        let answer = self.users[by].remove(room, &self.users[user]).await;
        if !self.places[place].members.contains(&user) {
            assert_eq!(answer.status, 404, "{}", answer.text);
            return "removed in vain";
        }
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.expect_no_presence(place, user);
        self.places[place].members.remove(&user);
        let of_the_room = |device: &mut Device| device.user == user && device.room == Some(place);
        for device in self.devices.extract_if(.., of_the_room).collect::<Vec<_>>() {
            self.compared += device.settle_closed().await;
            self.closed += 1;
        }
        self.expect_event(place, "member_leave", user);
        self.expect_disconnects().await;
        if by == user { "left" } else { "removed" }
    }

    pub async fn open_room_socket(&mut self, user: usize, place: usize) -> &'static str {
        let room = self.places[place].id;
        if !self.places[place].members.contains(&user) {
            let mut refused = self.users[user].room_socket_at_once(room).await;
            assert_eq!(refused.closed().await.0, 1003);
            return "room socket refused";
        }
        if self.devices.len() >= MOST_DEVICES {
            return "too many sockets";
        }
        self.arrive().await;
        let socket = self.users[user].room_socket_at_once(room).await;
        let device = self.newcomer(user, place, socket);
        if !self.is_online(user, place) {
            self.expect_presence(place, user, true);
        }
        self.devices.push(device);
        "room socket"
    }

    pub async fn open_ticket_socket(&mut self, user: usize) -> &'static str {
        if self.devices.len() >= MOST_DEVICES {
            return "too many sockets";
        }
        self.arrive().await;
        let socket = self.users[user].socket_at_once().await;
        for place in 0..ROOMS {
            if self.places[place].members.contains(&user) && !self.is_online(user, place) {
                self.expect_presence(place, user, true);
            }
        }
        self.devices.push(Device::new(user, None, socket));
        "ticket socket"
    }

    pub async fn close_a_socket(&mut self) -> &'static str {
        if self.devices.len() == ROOMS {
            return "nothing to close";
        }
        self.arrive().await;
        self.quiet().await;
        let chosen = ROOMS + self.random.below(self.devices.len() - ROOMS);
        let mut device = self.devices.remove(chosen);
        self.compared += device.settle().await;
        let user = device.user;
        let rooms = device.room.map_or(0..ROOMS, |room| room..room + 1);
        device.close().await;
        for place in rooms {
            if self.places[place].members.contains(&user) && !self.is_online(user, place) {
                self.expect_presence(place, user, false);
            }
        }
        self.closed += 1;
        self.expect_disconnects().await;
        "closed"
    }

    pub async fn send(&mut self, user: usize, place: usize) -> &'static str {
        let answer = self.users[user].send(self.places[place].id, "over HTTP").await;
        if !self.places[place].members.contains(&user) {
            assert_eq!(answer.status, 404, "{}", answer.text);
            return "send refused";
        }
        let message = self.expect_message(place, "over HTTP");
        assert_eq!(answer.expect(201)["data"]["id"], self.places[place].last_message, "{message}");
        "sent"
    }

    pub async fn send_frame(&mut self, place: usize) -> &'static str {
        let sending = self.devices.iter().enumerate().filter(|(_, device)| device.room.is_none());
        let sending: Vec<usize> = sending.map(|(index, _)| index).collect();
        if sending.is_empty() {
            return "nobody to send";
        }
        let chosen = sending[self.random.below(sending.len())];
        let frame = json!({ "roomId": self.places[place].id, "content": "as a frame" });
        self.devices[chosen].send(&frame).await;
        let is_member = self.places[place].members.contains(&self.devices[chosen].user);
        if is_member {
            self.expect_message(place, "as a frame");
            self.devices[chosen].arrive().await;
            return "frame sent";
        }
        self.devices[chosen].expected.errors.push("error unknown_room".to_owned());
        self.devices[chosen].arrive().await;
        "frame refused"
    }

    /// Asks for what only a member or only the owner may do.
    pub async fn trespass(&mut self, user: usize, place: usize) -> &'static str {
        let (room, caller) = (self.places[place].id, &self.users[user]);
        let is_member = self.places[place].members.contains(&user);
        for path in ["messages", "members"] {
            let answer = caller.get(&format!("/api/v1/chat/rooms/{room}/{path}")).await;
            assert_eq!(answer.status, if is_member { 200 } else { 404 }, "{}", answer.text);
        }
        let forbidden = if is_member { 403 } else { 404 };
        caller.remove(room, &self.users[OWNER]).await.refusal(forbidden);
        caller.add(room, caller, "member").await.refusal(forbidden);
        let message = json!({ "user_id": self.users[OWNER].id(), "message": "not mine" });
        let path = format!("/api/v1/chat/rooms/{room}/messages");
        caller.post(&path, &message).await.refusal(403);
        "trespassed"
    }
}
