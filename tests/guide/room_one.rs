//! The demo's room 1 as user 8 sees it while other programs use it.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{Socket, Stack};

/// Interpreters and browsers start slowly on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A deployment with the demo data, watched by a member of room 1.
pub struct RoomOne {
    pub stack: Stack,
    witness: Socket,
}

impl RoomOne {
    pub async fn open() -> Self {
        let stack = Stack::with().demo().start().await;
        stack.quiet().await;
        let witness = stack.socket("/ws/chat/1?user_id=8").await.unwrap();
        Self { stack, witness }
    }

    /// Waits until the user has come and has said this, in any order.
    pub async fn sees_coming_and_saying(&mut self, user: u64, text: &str) {
        let mut left = vec![json!(["member_online", null]), json!(["message", text])];
        while !left.is_empty() {
            let frame = self.next_of(user).await;
            left.retain(|wanted| *wanted != json!([frame["type"], frame["data"]["message"]]));
        }
    }

    /// Waits for an event of this type that the user caused.
    pub async fn sees(&mut self, user: u64, kind: &str) -> Value {
        loop {
            let frame = self.next_of(user).await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// User 8 says something.
    pub async fn says(&self, text: &str) {
        let body = json!({ "user_id": 8, "message": text });
        self.stack.post("/api/v1/chat/rooms/1/messages", &body).await.expect(201);
    }

    /// Waits for the next event that the user caused.
    pub async fn next_of(&mut self, user: u64) -> Value {
        loop {
            let frame = self.witness.next_after(PATIENCE).await;
            if frame["user_id"] == user {
                return frame;
            }
        }
    }
}
