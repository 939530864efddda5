//! What is wrong, in words.

use super::{device::Device, ledger::Sent, view::View, world::World};

impl World {
    /// Lost is what was acknowledged and is not stored, or did not come to who was there.
    pub fn compare_messages(
        &self,
        place: usize,
        stored: &[(u64, String)],
        wrong: &mut Vec<String>,
    ) {
        let room = self.rooms[place];
        for sent in self.ledger.sent.iter().filter(|sent| sent.place == place) {
            let ids: Vec<u64> =
                stored.iter().filter(|(_, text)| *text == sent.text).map(|(id, _)| *id).collect();
            match sent.id {
                Some(id) if ids != [id] => {
                    wrong.push(format!("lost: room {room} has {ids:?} for {id} {}", sent.text));
                }
                _ => {}
            }
        }
        for device in &self.devices {
            let seen = device.messages(room);
            if !seen.is_sorted_by(|(a, _), (b, _)| a < b) {
                wrong.push(format!("unordered: {} saw {seen:?}", self.name(device)));
            }
            self.compare_seen(place, device, &seen, stored, wrong);
        }
    }

    fn compare_seen(
        &self,
        place: usize,
        device: &Device,
        seen: &[(u64, String)],
        stored: &[(u64, String)],
        wrong: &mut Vec<String>,
    ) {
        let of_text = |text: &str| {
            let mut sent = self.ledger.sent.iter();
            sent.find(|sent| sent.place == place && sent.text == text)
        };
        for (id, text) in seen {
            let may_see = |sent: &Sent| self.ledger.may_see(device.user, sent);
            if !stored.contains(&(*id, text.clone())) || !of_text(text).is_some_and(may_see) {
                wrong.push(format!("leaked: {} saw {id} {text}", self.name(device)));
            }
        }
        let is_of_room = device.place.is_none_or(|of| of == place);
        if !device.is_open() || !is_of_room {
            return;
        }
        for message in stored.iter().filter(|message| !seen.contains(message)) {
            let must_see = |sent: &Sent| self.ledger.must_see(device.user, device.opened, sent);
            if of_text(&message.1).is_some_and(must_see) {
                wrong.push(format!("lost: {} did not see {message:?}", self.name(device)));
            }
        }
    }

    /// Stuck is who is shown as what they are not.
    pub fn compare_members(&self, place: usize, listed: &View, wrong: &mut Vec<String>) {
        let room = self.rooms[place];
        for (number, user) in self.users.iter().enumerate() {
            let (is_member, id) = (self.ledger.is_member(number, place), user.id());
            if listed.members().contains(&id) != is_member {
                wrong.push(format!("stuck: room {room} lists {id} as a member: {}", !is_member));
            }
            let mut own = self.open_devices().filter(|device| device.user == number);
            let has_socket = own.any(|device| device.place.is_none_or(|of| of == place));
            if is_member && listed.is_online(id) != has_socket {
                wrong.push(format!("stuck: room {room} lists {id} as online: {}", !has_socket));
            }
        }
        for device in self.open_devices().filter(|device| device.place == Some(place)) {
            if !self.ledger.is_member(device.user, place) {
                wrong.push(format!("stuck: {} is open after the removal", self.name(device)));
            } else if !device.view().agrees_with(listed) {
                let (name, view) = (self.name(device), device.view());
                wrong.push(format!("stuck: {name} shows {view:?}, listed is {listed:?}"));
            }
        }
    }

    fn name(&self, device: &Device) -> String {
        let room = device.place.map(|place| self.rooms[place]);
        let kind = room.map_or("ticket socket".to_owned(), |room| format!("socket in {room}"));
        format!("the {kind} of {} since step {}", self.users[device.user].id(), device.opened)
    }
}
