//! A socket, what it should have seen and what it saw.

use std::mem::take;

use serde_json::Value;
use tests::Socket;
use tokio_tungstenite::tungstenite::Message;

use super::frames::{Expected, Seen};

/// An open socket of a user: for one room, or for all rooms of the user.
pub struct Device {
    pub user: usize,
    pub room: Option<usize>,
    socket: Socket,
    pub expected: Expected,
    seen: Seen,
}

impl Device {
    pub fn new(user: usize, room: Option<usize>, socket: Socket) -> Self {
        Self { user, room, socket, expected: Expected::default(), seen: Seen::default() }
    }

    pub async fn send(&mut self, frame: &Value) {
        self.socket.send(Message::text(frame.to_string())).await;
    }

    /// Reads until all messages and errors are there that are expected.
    pub async fn arrive(&mut self) {
        while self.seen.messages.len() < self.expected.messages.len()
            || self.seen.errors.len() < self.expected.errors.len()
        {
            let came = self.socket.next().await;
            self.seen.push(described(&came));
        }
    }

    /// Reads everything that was sent before now, and compares: how many frames that were.
    ///
    /// A frame that cannot be read marks the end: its error frame comes after everything else, and is not
    /// counted.
    pub async fn settle(&mut self) -> usize {
        self.arrive().await;
        let answer =
            if self.room.is_some() { "error receive_only" } else { "error unreadable_body" };
        self.expected.errors.push(answer.to_owned());
        self.socket.send(Message::text("marker")).await;
        self.arrive().await;
        self.compare() - 1
    }

    /// The same for a socket that the server closes, maybe before what was on its way.
    pub async fn settle_closed(mut self) -> usize {
        let (frames, (code, _)) = self.socket.rest().await;
        assert_eq!(code, 1000);
        for frame in &frames {
            self.seen.push(described(frame));
        }
        self.expected.doubt_everything();
        self.compare()
    }

    pub async fn close(self) {
        self.socket.close(1000, "").await;
    }

    fn compare(&mut self) -> usize {
        let seen = take(&mut self.seen);
        take(&mut self.expected).compare(&seen, (self.user, self.room));
        seen.count()
    }
}

/// A frame of either dialect in a few words.
fn described(frame: &Value) -> String {
    let data = &frame["data"];
    match frame["type"].as_str() {
        None => format!("message {} {} {}", frame["roomId"], frame["id"], frame["content"]),
        Some("message") => {
            format!("message {} {} {}", frame["room_id"], data["id"], data["message"])
        }
        Some("error") => format!("error {}", frame["code"].as_str().unwrap_or_default()),
        Some(kind) => format!("{kind} {} {}", frame["room_id"], frame["user_id"]),
    }
}
