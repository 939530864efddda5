//! Sockets that only wait, on an edge whose functions keep nothing of them.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use tests::{Socket, Stack, process::resident_megabytes};

use crate::report::{distribution, number, to_f64};

const SIZES: [usize; 2] = [1_000, 9_000];

/// Measures what a socket takes of the edge's memory, and how long a handshake takes.
pub async fn measure() {
    let stack = Stack::with().probe().start().await;
    let mut sockets: Vec<Socket> = Vec::new();
    for more in SIZES {
        let before = resident_megabytes(stack.edge.id());
        let opened = stream::iter(0..more).map(async |_| {
            let started = Instant::now();
            let socket = stack.socket("/socket").await.expect("a socket");
            (socket.unchecked(), started.elapsed())
        });
        let opened = opened.buffer_unordered(16).collect::<Vec<_>>().await;
        let (new, connects): (Vec<Socket>, Vec<Duration>) = opened.into_iter().unzip();
        sockets.extend(new);
        let name = format!("{} sockets", sockets.len());
        distribution(&format!("{name}: handshake, 16 at once"), connects);
        let grown = (resident_megabytes(stack.edge.id()) - before) * 1_000.0;
        number(&format!("{name}: memory of the edge a socket"), grown / to_f64(more), "kB");
    }
}
