//! A thousand sockets that only count what they receive.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tests::{Room, Stack, deadline::within};
use tokio::sync::Notify;

const USERS: usize = 10;
const SOCKETS_EACH: usize = 100;

/// How many sockets there are.
pub const SIZE: usize = USERS * SOCKETS_EACH;

/// The sockets of one room, each read by a task of its own.
#[derive(Default)]
pub struct Crowd {
    received: AtomicUsize,
    everybody: Notify,
}

impl Crowd {
    /// Opens the sockets. The readers count messages and leave out other events.
    pub async fn gather(stack: &Stack) -> (Room, tests::User, Arc<Self>) {
        let users = stack.users::<USERS>().await;
        let room = stack.room(&users.each_ref()).await;
        let crowd = Arc::new(Self::default());
        for user in &users {
            for _ in 0..SOCKETS_EACH {
                let mut socket = room.connect(user).await;
                let crowd = Arc::clone(&crowd);
                tokio::spawn(async move {
                    while let Some(text) = socket.next_text_or_end().await {
                        if text.contains(r#""type":"message""#) {
                            crowd.count();
                        }
                    }
                });
            }
        }
        let [first, ..] = users;
        (room, first, crowd)
    }

    /// Waits until every socket has received one more message.
    pub async fn everybody_has_it(&self) {
        within("a delivery to everybody", self.everybody.notified()).await;
    }

    fn count(&self) {
        if (self.received.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(SIZE) {
            self.everybody.notify_one();
        }
    }
}
