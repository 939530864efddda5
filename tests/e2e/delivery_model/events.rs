//! Events come behind the table's stream: what that leaves certain.

use tests::Socket;

use super::{device::Device, world::World};

impl World {
    /// The room's sockets will see an event. Ticket sockets get messages only.
    pub fn expect_event(&mut self, place: usize, kind: &str, user: usize) {
        let frame = self.frame(place, kind, user);
        for device in self.in_room(place) {
            device.expected.event(&frame);
        }
        self.open.push((place, frame));
    }

    /// A room socket that is new. What is on its way may come to it or not.
    pub fn newcomer(&self, user: usize, place: usize, socket: Socket) -> Device {
        let mut device = Device::new(user, Some(place), socket);
        for (_, frame) in self.open.iter().filter(|(of, _)| *of == place) {
            device.expected.optional_event(frame);
        }
        device
    }

    /// The room's sockets of others will show the user so in the end. A user's own sockets hear nothing
    /// of their user's coming.
    pub fn expect_presence(&mut self, place: usize, user: usize, is_online: bool) {
        let id = self.users[user].id();
        for device in self.in_room(place).filter(|device| device.user != user) {
            device.expected.presence.insert(id, is_online);
        }
    }

    /// A user who is no longer a member is shown as nothing.
    pub fn expect_no_presence(&mut self, place: usize, user: usize) {
        let id = self.users[user].id();
        for device in self.in_room(place) {
            device.expected.presence.remove(&id);
        }
    }

    fn in_room(&mut self, place: usize) -> impl Iterator<Item = &mut Device> {
        self.devices.iter_mut().filter(move |device| device.room == Some(place))
    }

    fn frame(&self, place: usize, kind: &str, user: usize) -> String {
        format!("{kind} {} {}", self.places[place].id, self.users[user].id())
    }
}
