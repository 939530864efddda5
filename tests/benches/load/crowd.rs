//! Sockets of distinct users that only note which message came to them, and when.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use serde::Deserialize;
use tests::{Room, Socket, Stack, User};
use tokio::{sync::Notify, time::timeout};

/// Requests under way while a crowd gathers.
const AT_ONCE: usize = 16;
/// What has not come by then is counted as lost.
const PATIENCE: Duration = Duration::from_mins(1);

/// The members of one room, with a socket each.
pub struct Crowd {
    pub room: Room,
    pub users: Vec<User>,
    /// How long each handshake took.
    pub connects: Vec<Duration>,
    pub audience: Arc<Audience>,
}

/// What came to some sockets. Each is read by a task of its own.
pub struct Audience {
    received: Vec<Mutex<Arrivals>>,
    count: AtomicUsize,
    awaited: AtomicUsize,
    complete: Notify,
}

/// The messages of one socket in the order they came.
pub type Arrivals = Vec<(u64, Instant)>;

impl Crowd {
    /// Gathers so many in a new room, the first of them its owner.
    pub async fn gather(stack: &Stack, size: usize) -> Self {
        let created = stream::iter(0..size).map(|_| User::create(stack)).buffered(AT_ONCE);
        let users: Vec<User> = created.collect().await;
        let room = Room::create(stack, &users[0]).await;
        let added = stream::iter(&users[1..]).map(|user| room.add(user)).buffer_unordered(AT_ONCE);
        added.for_each(async |reply| drop(reply.expect(201))).await;
        stack.settled(PATIENCE).await;

        let opened = stream::iter(&users).map(async |user| {
            let started = Instant::now();
            (room.connect_at_once(user).await.unchecked(), started.elapsed())
        });
        let opened = opened.buffered(AT_ONCE).collect::<Vec<_>>().await;
        let (sockets, connects) = opened.into_iter().unzip();
        stack.settled(PATIENCE).await;
        Self { room, users, connects, audience: Audience::of(sockets) }
    }
}

impl Audience {
    /// Starts to read these sockets.
    pub fn of(sockets: Vec<Socket>) -> Arc<Self> {
        let audience = Arc::new(Self {
            received: sockets.iter().map(|_| Mutex::default()).collect(),
            count: AtomicUsize::new(0),
            awaited: AtomicUsize::new(0),
            complete: Notify::new(),
        });
        for (place, socket) in sockets.into_iter().enumerate() {
            tokio::spawn(Arc::clone(&audience).read(place, socket));
        }
        audience
    }

    pub fn size(&self) -> usize {
        self.received.len()
    }

    /// Does the work, and waits until so many messages have come to every socket. They are taken
    /// out, socket by socket.
    pub async fn hears<T>(
        &self,
        messages: usize,
        work: impl Future<Output = T>,
    ) -> (T, Vec<Arrivals>) {
        self.count.store(0, Ordering::Release);
        self.awaited.store(messages * self.size(), Ordering::Release);
        let result = work.await;
        // Without all of them the caller sees what is missing.
        let _ = timeout(PATIENCE, self.complete.notified()).await;
        let take = |arrivals: &Mutex<Arrivals>| {
            std::mem::take(&mut *arrivals.lock().unwrap_or_else(PoisonError::into_inner))
        };
        (result, self.received.iter().map(take).collect())
    }

    async fn read(self: Arc<Self>, place: usize, mut socket: Socket) {
        while let Some(text) = socket.next_text_or_end().await {
            let Some(id) = id_of_message(&text) else { continue };
            let arrival = (id, Instant::now());
            let received = &self.received[place];
            received.lock().unwrap_or_else(PoisonError::into_inner).push(arrival);
            let count = self.count.fetch_add(1, Ordering::AcqRel) + 1;
            if count == self.awaited.load(Ordering::Acquire) {
                self.complete.notify_one();
            }
        }
    }
}

/// The id, if this is a message. Socket.IO writes a number and an event's name before the object.
fn id_of_message(text: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Frame<'a> {
        r#type: &'a str,
        data: Option<Data>,
    }
    #[derive(Deserialize)]
    struct Data {
        id: Option<u64>,
    }
    let object = &text[text.find('{')?..];
    let frame = Frame::deserialize(&mut serde_json::Deserializer::from_str(object)).ok()?;
    frame.data.filter(|_| frame.r#type == "message")?.id
}
