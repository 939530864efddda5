//! Many messages to many sockets: one after the other, and with several sends in flight.

use std::{collections::HashSet, time::Instant};

use futures_util::{StreamExt, future::join_all, stream};
use serde_json::Value;
use tests::{Socket, Stack};

use crate::{
    crowd::{members, sockets},
    report::number,
};

const SIZES: [usize; 2] = [100, 1_000];
const MESSAGES: usize = 320;

/// Measures deliveries a second, and how many orders of the messages the sockets saw.
pub async fn measure() {
    for (size, in_flight) in SIZES.into_iter().flat_map(|size| [(size, 1), (size, 16)]) {
        let stack = Stack::start().await;
        let (room, users) = members(&stack, size).await;
        let readers: Vec<_> = sockets(&room, &users)
            .await
            .into_iter()
            .map(|socket| tokio::spawn(read(socket)))
            .collect();
        stack.quiet().await;

        let started = Instant::now();
        let sends = stream::iter(0..MESSAGES)
            .map(|number| room.send(&users[number % size], "in which order?"));
        sends.buffer_unordered(in_flight).for_each(async |_| ()).await;
        let seen = join_all(readers).await;
        let seconds = started.elapsed().as_secs_f64();

        let orders: HashSet<Vec<u64>> =
            seen.into_iter().map(|ids| ids.expect("a reader that ended")).collect();
        let deliveries = f64::from(u32::try_from(MESSAGES * size).unwrap_or(u32::MAX));
        let name = format!("{size} sockets, {in_flight} in flight");
        number(&format!("{name}: deliveries a second"), (deliveries / seconds).round(), "");
        let orders = u32::try_from(orders.len()).unwrap_or(u32::MAX);
        number(&format!("{name}: orders seen"), orders.into(), "");
    }
}

/// The ids of the messages in the order they came, until all are there.
async fn read(mut socket: Socket) -> Vec<u64> {
    let mut ids: Vec<u64> = Vec::with_capacity(MESSAGES);
    while ids.len() < MESSAGES
        && let Some(text) = socket.next_text_or_end().await
    {
        let frame: Value = serde_json::from_str(&text).unwrap_or_default();
        if frame["type"] == "message"
            && let Some(id) = frame["data"]["id"].as_u64()
            && !ids.contains(&id)
        {
            ids.push(id);
        }
    }
    ids
}
