//! What a client missed, what it has not read, and what it sent twice.

mod idempotency;
mod is_read;
mod key_rules;
mod members;
mod messages;
mod one_after_the_other;
mod readers;
mod rooms;
mod rotation;
mod unread;

use serde_json::Value;
use tests::{Api, Room};

/// A part of a list.
struct Page {
    entries: Vec<Value>,
    /// How it goes on.
    page: Value,
}

impl Page {
    /// Asks for a path with its query.
    async fn get(api: &Api, path: &str) -> Self {
        let body = api.get(path).await.expect(200);
        assert_eq!(body["success"], true, "{body}");
        let entries = body["data"].as_array().expect("a list").clone();
        Self { entries, page: body["page"].clone() }
    }

    /// Asks for messages of a room.
    async fn messages(api: &Api, room: &Room, query: &str) -> Self {
        Self::get(api, &room.path(&format!("/messages{query}"))).await
    }

    /// Numbers that all entries have.
    fn numbers(&self, field: &str) -> Vec<u64> {
        self.entries.iter().map(|entry| entry[field].as_u64().expect("a number")).collect()
    }

    fn ids(&self) -> Vec<u64> {
        self.numbers("id")
    }

    fn has_more(&self) -> bool {
        self.page["has_more"].as_bool().expect("has_more is a truth value")
    }
}
