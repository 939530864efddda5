//! What the parts of a client share.

use std::sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicU64};

use serde_json::Value;
use tokio::sync::{Mutex as Turn, Notify, mpsc::UnboundedSender};

use crate::{Message, Pace, Service, Timeline, Trouble};

/// What one who listens is told, as it comes.
#[derive(Debug)]
pub enum News {
    /// A message, when all before it were told.
    Message(Message),
    /// Another event, as it was sent.
    Event(Value),
    /// An attempt failed. Another one follows, whatever the trouble is.
    Trouble(Trouble),
}

/// What following a room has come to so far.
#[derive(Debug)]
pub struct Following {
    pub service: Service,
    pub room: u64,
    pub pace: Pace,
    timeline: Mutex<Timeline>,
    /// Who is told of everything. Without one, messages are kept.
    listener: Option<UnboundedSender<News>>,
    /// Whose turn it is to send.
    pub turn: Turn<()>,
    /// A message of one's own came back.
    echoed: Notify,
    /// A send was acknowledged.
    pub acknowledged: Notify,
    /// Sockets that were opened.
    pub sockets: AtomicU64,
    /// Attempts to send beyond the first.
    pub repetitions: AtomicU64,
}

impl Following {
    /// Nothing has come yet, after what the timeline begins with.
    pub fn new(
        service: Service,
        room: u64,
        pace: Pace,
        timeline: Timeline,
        listener: Option<UnboundedSender<News>>,
    ) -> Self {
        Self {
            service,
            room,
            pace,
            timeline: Mutex::new(timeline),
            listener,
            turn: Turn::default(),
            echoed: Notify::new(),
            acknowledged: Notify::new(),
            sockets: AtomicU64::new(0),
            repetitions: AtomicU64::new(0),
        }
    }

    /// Resolves when the message that is being sent has come back: its id.
    pub async fn echo(&self) -> u64 {
        loop {
            let echoed = self.echoed.notified();
            if let Some(id) = self.timeline().own() {
                return id;
            }
            echoed.await;
        }
    }

    pub fn tell(&self, news: News) {
        if let Some(listener) = &self.listener {
            // Who has left need not be told.
            let _ = listener.send(news);
        }
    }

    /// There may be messages that nobody was told of.
    pub fn tell_of_messages(&self) {
        self.echoed.notify_waiters();
        if self.listener.is_some() {
            let messages = self.timeline().take_shown();
            messages.into_iter().map(News::Message).for_each(|news| self.tell(news));
        }
    }

    pub fn timeline(&self) -> MutexGuard<'_, Timeline> {
        self.timeline.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
