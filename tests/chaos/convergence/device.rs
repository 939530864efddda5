//! A socket that listens by itself and keeps what came.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tests::Socket;
use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    task::JoinHandle,
};

use super::view::View;

/// A socket of a user: for one room, or for all rooms of the user.
pub struct Device {
    pub user: usize,
    pub place: Option<usize>,
    /// The step in which it was opened.
    pub opened: usize,
    /// What the room looked like right after that, for a room socket.
    pub first_view: View,
    frames: Arc<Mutex<Vec<Value>>>,
    outgoing: Option<UnboundedSender<String>>,
    listening: JoinHandle<()>,
}

impl Device {
    pub fn new(user: usize, place: Option<usize>, opened: usize, mut socket: Socket) -> Self {
        let frames: Arc<Mutex<Vec<Value>>> = Arc::default();
        let (outgoing, mut asked) = unbounded_channel::<String>();
        let kept = Arc::clone(&frames);
        let listening = tokio::spawn(async move {
            loop {
                tokio::select! {
                    text = socket.next_text_or_end() => {
                        let Some(text) = text else { return };
                        let frame = serde_json::from_str(&text).expect("frames are JSON");
                        kept.lock().unwrap_or_else(PoisonError::into_inner).push(frame);
                    }
                    frame = asked.recv() => match frame {
                        Some(frame) => socket.send(frame).await,
                        None => return socket.drop_network(),
                    }
                }
            }
        });
        let first_view = View::default();
        Self { user, place, opened, first_view, frames, outgoing: Some(outgoing), listening }
    }

    pub fn is_open(&self) -> bool {
        self.outgoing.is_some() && !self.listening.is_finished()
    }

    pub fn send(&self, frame: &Value) {
        if let Some(outgoing) = &self.outgoing {
            // Whoever was closed meanwhile has sent nothing.
            let _ = outgoing.send(frame.to_string());
        }
    }

    /// Loses the network.
    pub fn drop_network(&mut self) {
        self.outgoing = None;
    }

    pub fn frames(&self) -> Vec<Value> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The messages of a room as they came, without what came again: ids and texts.
    pub fn messages(&self, room: u64) -> Vec<(u64, String)> {
        let mut seen: Vec<(u64, String)> = Vec::new();
        for (id, text) in self.frames().iter().filter_map(|frame| message(frame, room)) {
            if !seen.iter().any(|(known, _)| *known == id) {
                seen.push((id, text));
            }
        }
        seen
    }

    /// What a client shows that has applied every event since it looked first.
    pub fn view(&self) -> View {
        self.frames().iter().fold(self.first_view.clone(), View::after)
    }
}

/// A message of the room in either dialect.
fn message(frame: &Value, room: u64) -> Option<(u64, String)> {
    let (of, id, text) = if frame["type"] == "message" {
        let data = &frame["data"];
        (&frame["room_id"], &data["id"], &data["message"])
    } else {
        (&frame["roomId"], &frame["id"], &frame["content"])
    };
    let text = text.as_str().filter(|_| *of == room)?;
    Some((id.as_u64()?, text.to_owned()))
}
