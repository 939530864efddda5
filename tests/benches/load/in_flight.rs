//! Many messages to many sockets: one after the other, and with several sends in flight.

use std::{collections::HashSet, time::Instant};

use futures_util::{StreamExt, future::join_all, stream};
use serde_json::Value;
use tests::{Room, Socket, Stack, User};
use tokio::task::JoinHandle;

use crate::report::figure;

const USERS: usize = 10;
const SOCKETS_EACH: usize = 100;
const MESSAGES: usize = 320;

/// Measures deliveries a second, and how many orders of the messages the sockets saw.
pub async fn measure() {
    for in_flight in [1, 16] {
        let stack = Stack::start().await;
        let users = stack.users::<USERS>().await;
        let room = stack.room(&users.each_ref()).await;
        let readers = readers(&room, &users).await;

        let started = Instant::now();
        let sends = stream::iter(0..MESSAGES)
            .map(|number| room.send(&users[number % USERS], "in which order?"));
        sends.buffer_unordered(in_flight).for_each(async |_| ()).await;
        let seen = join_all(readers).await;
        let seconds = started.elapsed().as_secs_f64();

        let orders: HashSet<Vec<u64>> =
            seen.into_iter().map(|ids| ids.expect("a reader that ended")).collect();
        let deliveries =
            f64::from(u32::try_from(MESSAGES * USERS * SOCKETS_EACH).unwrap_or(u32::MAX));
        figure(
            &format!("{in_flight} in flight, deliveries a second"),
            format_args!("{:.0}", deliveries / seconds),
        );
        figure(&format!("{in_flight} in flight, orders that 1,000 sockets saw"), orders.len());
    }
}

/// Reads every socket until it has all messages, and gives their ids in the order they came.
async fn readers(room: &Room, users: &[User]) -> Vec<JoinHandle<Vec<u64>>> {
    let mut readers = Vec::with_capacity(USERS * SOCKETS_EACH);
    for user in users {
        for _ in 0..SOCKETS_EACH {
            readers.push(tokio::spawn(read(room.connect(user).await)));
        }
    }
    readers
}

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
