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

    /// Who comes back before the going was noticed has not been away, or has: then both are announced.
    pub fn came_online(&mut self, place: usize, user: usize) {
        let (offline, online) =
            (self.frame(place, "member_offline", user), self.frame(place, "member_online", user));
        let was_noticed = !self.open.contains(&(place, offline.clone()));
        self.expect_event(place, "member_online", user);
        if !was_noticed {
            for device in self.in_room(place) {
                device.expected.doubt(|frame| [&offline, &online].contains(&&frame.to_owned()));
            }
        }
    }

    /// Coming and going is announced of members only: not if it is not announced yet.
    pub fn doubt_presence(&mut self, place: usize, user: usize) {
        let presence =
            ["member_offline", "member_online"].map(|kind| self.frame(place, kind, user));
        for device in self.in_room(place) {
            device.expected.doubt(|frame| presence.iter().any(|of| of == frame));
        }
    }

    /// Who is a member again when the end of the presence before is noticed goes offline there.
    pub fn came_back(&mut self, place: usize, user: usize) {
        let [join, leave, online, offline] =
            ["member_join", "member_leave", "member_online", "member_offline"]
                .map(|kind| self.frame(place, kind, user));
        if !self.open.contains(&(place, leave.clone())) {
            return;
        }
        for device in self.in_room(place) {
            device.expected.may_follow(&leave, &offline);
            // Who announces the joining before finds the presence of this one.
            device.expected.may_follow(&join, &online);
        }
        self.open.push((place, offline));
        self.open.push((place, online));
    }

    /// Who announces a joining says who is online since before, and takes a subscription for that
    /// which an earlier joining, announced late, has made.
    pub fn joined(&mut self, place: usize, user: usize) {
        let [leave, online] =
            ["member_leave", "member_online"].map(|kind| self.frame(place, kind, user));
        let came_back = self.open.contains(&(place, leave));
        self.expect_event(place, "member_join", user);
        if self.is_online(user, place) {
            self.expect_event(place, "member_online", user);
            if came_back {
                for device in self.in_room(place) {
                    device.expected.optional_event(&online);
                }
                self.open.push((place, online));
            }
        }
    }

    fn in_room(&mut self, place: usize) -> impl Iterator<Item = &mut Device> {
        self.devices.iter_mut().filter(move |device| device.room == Some(place))
    }

    fn frame(&self, place: usize, kind: &str, user: usize) -> String {
        format!("{kind} {} {}", self.places[place].id, self.users[user].id())
    }
}
