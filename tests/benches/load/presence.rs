//! How long after a handshake, or a close, the others hear of it.

use std::time::{Duration, Instant};

use tests::Stack;

use crate::report::distribution;

const ROUNDS: usize = 200;

/// Measures both, as a member of a small room sees it.
pub async fn measure() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut watcher = room.connect(&ada).await;
    let (mut came, mut went): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let socket = room.connect_at_once(&bob).await;
        until(&mut watcher, "member_online").await;
        came.push(started.elapsed());

        let started = Instant::now();
        socket.close(1000, "").await;
        until(&mut watcher, "member_offline").await;
        went.push(started.elapsed());
    }
    distribution("handshake to the others' member_online", came);
    distribution("close to the others' member_offline", went);
}

async fn until(watcher: &mut tests::Socket, kind: &str) {
    while watcher.next().await["type"] != kind {}
}
