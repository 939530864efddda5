//! The model of a client that misses nothing, whatever the network, the phone and the cloud do.
//!
//! It rests on two things that the chat promises: the ids of a room's messages count up, and
//! `GET …/messages?after=ID` has every message that a send was acknowledged for. So:
//!
//! 1. **Show in order.** What arrives is shown when everything before it is ([`Timeline`]). What
//!    arrives twice is dropped by its id.
//! 2. **A gap is fetched.** When an id is missing, ask for what comes `after` the last one shown. Ids
//!    that the answer leaves out will never be messages.
//! 3. **Connect, then catch up.** A new socket brings what is sent from now on; what was sent before
//!    comes from `after`. In this order nothing falls between the two.
//! 4. **Do not trust silence.** Now and then, and when one's own message does not come back, look
//!    whether there is something new. If there is and the socket said nothing, it is dead: open another.
//! 5. **Wait before trying again**, longer each time and for a random time ([`Backoff`]), on top of what
//!    `Retry-After` says, with a fresh ticket for each socket.
//! 6. **Rotate.** Before a socket is closed for its age, open the next, catch up, then drop the first.
//! 7. **Name each send.** With an `Idempotency-Key` a send may be repeated until it is answered, and is
//!    stored once. The name comes back with the message (`client_message_id`, `clientMessageId`): one's own
//!    message is known when it comes, maybe before the answer does.
//! 8. **Send one after the other.** Two sends at once may be numbered in any order. The next one begins
//!    when the one before was answered or has come back.

#![expect(clippy::missing_panics_doc, reason = "only what is written here wrongly panics")]

mod address;
mod backoff;
mod connection;
mod following;
mod line;
mod service;
mod timeline;

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    task::JoinHandle,
    time::sleep,
};
use uuid::Uuid;

pub use address::Address;
pub use backoff::Backoff;
pub use connection::{Stream, connect, http_client};
pub use following::News;
pub use service::{Refusal, Service, Trouble};
pub use timeline::{Message, Timeline};

use following::Following;

/// How patient a client is.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How often it looks for new messages although the socket is there to bring them.
    pub look_every: Duration,
    /// How long its own message may take to come back.
    pub echo_within: Duration,
    /// How long to wait for what is missing before a message that came, before it is fetched.
    pub gap_within: Duration,
    /// How old a socket may become: API Gateway closes each after two hours.
    pub rotate_after: Duration,
    /// The pauses between attempts.
    pub backoff: Backoff,
}

impl Pace {
    /// What a phone should do.
    pub const PHONE: Self = Self {
        look_every: Duration::from_secs(30),
        echo_within: Duration::from_secs(5),
        gap_within: Duration::from_millis(500),
        rotate_after: Duration::from_mins(110),
        backoff: Backoff::new(Duration::from_millis(500), Duration::from_secs(30)),
    };
    /// The same ten times as fast, so that a test has an end.
    pub const TEST: Self = Self {
        look_every: Duration::from_secs(3),
        echo_within: Duration::from_millis(500),
        gap_within: Duration::from_millis(100),
        rotate_after: Duration::from_mins(11),
        backoff: Backoff::new(Duration::from_millis(50), Duration::from_secs(1)),
    };
}

/// A user who follows one room and writes there.
#[derive(Debug)]
pub struct Client {
    following: Arc<Following>,
    line: JoinHandle<()>,
}

/// What a client had to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Efforts {
    /// Sockets that it opened.
    pub sockets: u64,
    /// Sends that it repeated.
    pub repetitions: u64,
    /// Messages that came again.
    pub duplicates: u64,
}

impl Client {
    /// Follows the room from its first message on, until dropped.
    #[must_use]
    pub fn follow(service: Service, room: u64, pace: Pace) -> Self {
        Self::start(Following::new(service, room, pace, Timeline::default(), None))
    }

    /// Follows the room from the message after this one on, until dropped, and tells what comes
    /// instead of keeping it.
    #[must_use]
    pub fn listen(
        service: Service,
        room: u64,
        pace: Pace,
        after: u64,
    ) -> (Self, UnboundedReceiver<News>) {
        let (listener, news) = unbounded_channel();
        let timeline = Timeline::after(after);
        (Self::start(Following::new(service, room, pace, timeline, Some(listener))), news)
    }

    fn start(following: Following) -> Self {
        let following = Arc::new(following);
        let line = tokio::spawn(line::hold(Arc::clone(&following)));
        Self { following, line }
    }

    /// Sends a text when those before are sent, as often as it takes: the message's id. Refused is
    /// what can never succeed.
    pub async fn send(&self, text: &str) -> Result<u64, Trouble> {
        let Following { service, room, pace, .. } = &*self.following;
        let _turn = self.following.turn.lock().await;
        let (key, mut backoff) = (Uuid::new_v4(), pace.backoff);
        self.following.timeline().sends(key.to_string());
        loop {
            let sent = tokio::select! {
                id = self.following.echo() => Ok(id),
                answer = service.send(*room, key, text) => answer.map(|message| message.id),
            };
            match sent {
                Ok(id) => {
                    self.following.timeline().expect(id);
                    self.following.acknowledged.notify_one();
                    return Ok(id);
                }
                Err(Trouble::Refused(refusal)) => return Err(Trouble::Refused(refusal)),
                Err(trouble) => sleep(trouble.retry_after() + backoff.pause()).await,
            }
            self.following.repetitions.fetch_add(1, Relaxed);
        }
    }

    /// What the client shows.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.following.timeline().shown().to_vec()
    }

    /// What it took so far, for the figures of a test.
    #[must_use]
    pub fn efforts(&self) -> Efforts {
        let Following { sockets, repetitions, .. } = &*self.following;
        let duplicates = self.following.timeline().duplicates();
        Efforts {
            sockets: sockets.load(Relaxed),
            repetitions: repetitions.load(Relaxed),
            duplicates,
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.line.abort();
    }
}
