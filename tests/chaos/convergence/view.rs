//! What a client shows of a room's members: from `GET`, and from the events after it.

use std::collections::BTreeMap;

use serde_json::Value;
use tests::Account;

use super::calls::get;

/// The members by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View(BTreeMap<u64, Shown>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    is_online: bool,
    /// The last message that the member has read; an event of joining does not say.
    mark: Option<u64>,
}

impl View {
    /// What `GET` shows.
    pub async fn of(room: u64, reader: &Account, users: &[Account]) -> Self {
        let path = format!("/api/v1/chat/rooms/{room}/members?limit=200");
        let listed = get(reader, &path).await;
        let mut members = BTreeMap::new();
        for member in listed["data"].as_array().expect("a list") {
            let (id, is_online) = (member["user_id"].as_u64(), member["online"] == true);
            let id = id.expect("an id");
            let user = users.iter().find(|user| user.id() == id).expect("a user of the test");
            let mark = mark(user, room).await;
            members.insert(id, Shown { is_online, mark });
        }
        Self(members)
    }

    /// What it is after this event.
    pub fn after(mut self, event: &Value) -> Self {
        let (user, data) = (event["user_id"].as_u64().unwrap_or_default(), &event["data"]);
        let kind = event["type"].as_str().unwrap_or_default();
        match kind {
            "member_join" => {
                self.0.entry(user).or_insert(Shown { is_online: false, mark: None });
            }
            "member_leave" => {
                self.0.remove(&user);
            }
            _ => {}
        }
        let Some(shown) = self.0.get_mut(&user) else { return self };
        match kind {
            "member_online" | "member_offline" => shown.is_online = kind == "member_online",
            "read" => shown.advance(&data["last_read_message_id"]),
            "message" => shown.advance(&data["id"]),
            _ => {}
        }
        self
    }

    pub fn members(&self) -> Vec<u64> {
        self.0.keys().copied().collect()
    }

    pub fn is_online(&self, user: u64) -> bool {
        self.0.get(&user).is_some_and(|shown| shown.is_online)
    }

    /// Whether this, made of events, shows what `GET` shows, as far as events can say.
    pub fn agrees_with(&self, listed: &Self) -> bool {
        self.members() == listed.members()
            && self.0.values().zip(listed.0.values()).all(|(shown, listed)| {
                shown.is_online == listed.is_online
                    && (shown.mark.is_none() || shown.mark == listed.mark)
            })
    }
}

impl Shown {
    fn advance(&mut self, to: &Value) {
        self.mark = self.mark.map(|mark| mark.max(to.as_u64().unwrap_or_default()));
    }
}

async fn mark(user: &Account, room: u64) -> Option<u64> {
    let rooms = get(user, &format!("/api/v1/chat/users/{}/rooms", user.id())).await;
    let rooms = rooms["data"].as_array().expect("a list").clone();
    rooms.iter().find(|of| of["id"] == room)?["last_read_message_id"].as_u64()
}
