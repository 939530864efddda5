//! Sockets of distinct users that only count what they receive.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::{StreamExt, stream};
use tests::{Room, Socket, Stack, User, deadline::within};
use tokio::sync::Notify;

/// Requests under way while a crowd gathers.
const AT_ONCE: usize = 16;

/// The members of one room with a socket each, read by a task of its own.
pub struct Crowd {
    pub room: Room,
    /// One of them, who sends.
    pub sender: User,
    deliveries: Arc<Deliveries>,
}

/// Messages that came to sockets.
struct Deliveries {
    size: usize,
    count: AtomicUsize,
    everybody: Notify,
}

impl Crowd {
    /// Gathers so many. They count messages and leave out other events.
    pub async fn gather(stack: &Stack, size: usize) -> Self {
        let (room, mut users) = members(stack, size).await;
        let deliveries =
            Arc::new(Deliveries { size, count: AtomicUsize::new(0), everybody: Notify::new() });
        for socket in sockets(&room, &users).await {
            tokio::spawn(Arc::clone(&deliveries).count(socket));
        }
        stack.quiet().await;
        Self { room, sender: users.swap_remove(0), deliveries }
    }

    /// Waits until every socket has received one more message.
    pub async fn everybody_has_it(&self) {
        within("a delivery to everybody", self.deliveries.everybody.notified()).await;
    }

    /// How many deliveries there were.
    pub fn deliveries(&self) -> usize {
        self.deliveries.count.load(Ordering::Relaxed)
    }
}

impl Deliveries {
    async fn count(self: Arc<Self>, mut socket: Socket) {
        while let Some(text) = socket.next_text_or_end().await {
            if !text.contains(r#""type":"message""#) {
                continue;
            }
            if (self.count.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(self.size) {
                self.everybody.notify_one();
            }
        }
    }
}

/// A room with so many new members, the first of them its owner.
pub async fn members(stack: &Stack, size: usize) -> (Room, Vec<User>) {
    let created = stream::iter(0..size).map(|_| User::create(stack)).buffered(AT_ONCE);
    let users: Vec<User> = created.collect().await;
    let room = Room::create(stack, &users[0]).await;
    let added = stream::iter(&users[1..]).map(|user| room.add(user)).buffer_unordered(AT_ONCE);
    added.for_each(async |reply| drop(reply.expect(201))).await;
    stack.quiet().await;
    (room, users)
}

/// A socket of each of them, in their order.
pub async fn sockets(room: &Room, users: &[User]) -> Vec<Socket> {
    let opened = stream::iter(users).map(|user| room.connect_at_once(user)).buffered(AT_ONCE);
    opened.collect().await
}
