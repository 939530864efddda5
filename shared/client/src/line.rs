//! Keeps one socket open after the other, and fetches what they did not bring.

use std::{
    mem,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use futures_util::StreamExt;
use serde_json::Value;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::{Message, News, Pace, Stream, Trouble, backoff::random, following::Following};

/// Follows the room for ever.
pub(super) async fn hold(following: Arc<Following>) {
    let mut backoff = following.pace.backoff;
    loop {
        let mut at_least = Duration::ZERO;
        match following.open().await {
            Ok(socket) => {
                if Line::new(&following).listen(socket).await {
                    backoff.reset();
                }
            }
            Err(trouble) => {
                at_least = trouble.retry_after();
                following.tell(News::Trouble(trouble));
            }
        }
        sleep(at_least + backoff.pause()).await;
    }
}

impl Following {
    async fn open(&self) -> Result<Stream, Trouble> {
        let socket = self.service.open(self.room).await?;
        self.sockets.fetch_add(1, Relaxed);
        Ok(socket)
    }
}

/// An open socket, with the times at which to doubt it.
struct Line<'a> {
    following: &'a Following,
    pace: Pace,
    /// When it last brought a message: before the first, when it was opened.
    heard_at: Instant,
    /// When to look next, whatever happens.
    look_at: Instant,
    /// When to look because one's own message should have come back.
    echo_at: Option<Instant>,
    /// When to open the next socket.
    rotate_at: Instant,
}

impl<'a> Line<'a> {
    fn new(following: &'a Following) -> Self {
        let (pace, now) = (following.pace, Instant::now());
        let rotate_at = now + pace.rotate_after;
        Self { following, pace, heard_at: now, look_at: now, echo_at: None, rotate_at }
    }

    /// Listens until the socket ends or turns out to be dead. True when it has brought a message.
    async fn listen(mut self, mut socket: Stream) -> bool {
        let mut was_of_use = false;
        // Only now that the socket is open, so that nothing is sent between the two.
        self.look().await;
        loop {
            let wake_at = self.echo_at.map_or(self.look_at, |echo_at| echo_at.min(self.look_at));
            tokio::select! {
                frame = socket.next() => match frame {
                    Some(Ok(Frame::Close(_)) | Err(_)) | None => return was_of_use,
                    Some(Ok(frame)) => was_of_use |= self.hear(&frame),
                },
                () = self.following.acknowledged.notified() => {
                    let echo_at = Instant::now() + self.pace.echo_within;
                    self.echo_at.get_or_insert(echo_at);
                }
                () = sleep_until(self.rotate_at) => self.rotate(&mut socket).await,
                () = sleep_until(wake_at) => {
                    if self.is_dead().await {
                        return was_of_use;
                    }
                }
            }
        }
    }

    /// Opens the next socket, and only then drops the first: the user is online all the time.
    async fn rotate(&mut self, socket: &mut Stream) {
        self.rotate_at = Instant::now() + self.pace.rotate_after;
        // Without a next socket the first is used until it is closed.
        if let Ok(next) = self.following.open().await {
            let mut first = mem::replace(socket, next);
            self.look().await;
            // Whether the server hears of it or not, nobody listens there any more.
            let _ = first.close(None).await;
        }
    }

    /// Takes in what the socket brought. True when it was a message.
    fn hear(&mut self, frame: &Frame) -> bool {
        let event: Value = frame
            .to_text()
            .ok()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let Some(message) = Message::read(&event["data"]).filter(|_| event["type"] == "message")
        else {
            self.following.tell(News::Event(event));
            return false;
        };
        self.heard_at = Instant::now();
        let mut timeline = self.following.timeline();
        timeline.hear(message);
        if timeline.has_gap() {
            // What is missing may be right behind.
            self.look_at = self.look_at.min(Instant::now() + self.pace.gap_within);
        }
        drop(timeline);
        self.following.tell_of_messages();
        true
    }

    /// Looks, if it is time to. True when there was something new that the socket did not bring.
    async fn is_dead(&mut self) -> bool {
        if Instant::now() < self.look_at && !self.following.timeline().lacks_own() {
            self.echo_at = None;
            return false;
        }
        let silent_for = self.heard_at.elapsed();
        let news = self.look().await;
        news > 0 && silent_for > self.pace.echo_within
    }

    /// Fetches what is missing, and counts how much of it the socket should have brought.
    async fn look(&mut self) -> usize {
        let Following { service, room, .. } = self.following;
        let (mut news, mut at_least) = (0, Duration::ZERO);
        let is_complete = loop {
            let cursor = self.following.timeline().cursor();
            let page = match service.messages_after(*room, cursor).await {
                Ok(page) => page,
                Err(trouble) => {
                    at_least = trouble.retry_after();
                    self.following.tell(News::Trouble(trouble));
                    break false;
                }
            };
            let is_empty = page.messages.is_empty();
            news += self.following.timeline().fill(page.messages);
            self.following.tell_of_messages();
            if is_empty || !page.has_more {
                // More, but not yet: an id before it is still on its way.
                break !page.has_more;
            }
        };
        let pause = if is_complete { self.pace.look_every } else { self.pace.echo_within };
        self.look_at = Instant::now() + at_least + jittered(pause);
        self.echo_at = None;
        news
    }
}

/// Half as long to half as long again.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + random())
}
