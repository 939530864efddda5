//! A socket, what it should have seen and what it saw.

use serde_json::Value;
use tests::Socket;
use tokio_tungstenite::tungstenite::Message;

/// An open socket of a user: for one room, or for all rooms of the user.
pub struct Device {
    pub user: usize,
    pub room: Option<usize>,
    socket: Socket,
    expected: Vec<String>,
    seen: Vec<String>,
}

impl Device {
    pub fn new(user: usize, room: Option<usize>, socket: Socket) -> Self {
        Self { user, room, socket, expected: Vec::new(), seen: Vec::new() }
    }

    /// From the next frames one must be this.
    pub fn expect(&mut self, frame: impl Into<String>) {
        self.expected.push(frame.into());
    }

    pub async fn send(&mut self, frame: &Value) {
        self.socket.send(Message::text(frame.to_string())).await;
    }

    /// Reads until it has seen this as often as expected, once at least.
    pub async fn wait_for(&mut self, frame: &str) {
        let count = |frames: &[String]| frames.iter().filter(|other| *other == frame).count();
        let wanted = count(&self.expected).max(1);
        while count(&self.seen) < wanted {
            let came = self.socket.next().await;
            self.seen.push(described(&came));
        }
    }

    /// Reads everything that was sent before now, and compares: how many frames that were.
    ///
    /// A frame that cannot be read marks the end: its error frame comes after everything else, and is not
    /// counted.
    pub async fn settle(&mut self) -> usize {
        let answer =
            if self.room.is_some() { "error receive_only" } else { "error unreadable_body" };
        self.socket.send(Message::text("marker")).await;
        self.wait_for(answer).await;
        self.seen.pop();
        self.compare()
    }

    /// The same for a socket that the server closes.
    pub async fn settle_closed(mut self) -> usize {
        let (frames, _) = self.socket.rest().await;
        self.seen.extend(frames.iter().map(described));
        self.compare()
    }

    pub async fn close(self) {
        self.socket.close(1000, "").await;
    }

    /// Presence is broadcast side by side with what happens next, so its events are compared without order.
    fn compare(&mut self) -> usize {
        let (expected, seen) = (std::mem::take(&mut self.expected), std::mem::take(&mut self.seen));
        let (count, whose) = (seen.len(), (self.user, self.room));
        let split = |frames: Vec<String>| {
            let (mut presence, rest): (Vec<_>, Vec<_>) =
                frames.into_iter().partition(|frame| frame.starts_with("member_o"));
            presence.sort_unstable();
            (rest, presence)
        };
        assert_eq!(split(seen), split(expected), "left was seen, right was expected, by {whose:?}");
        count
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
