//! One message to rooms of several sizes, beside bare loops of posts to the same sockets, and beside
//! what people would use instead.

use std::time::{Duration, Instant};

use serde_json::Value;
use tests::Stack;

use crate::{
    baseline::Loops,
    crowd::{Audience, Crowd},
    emulator::{self, Emulator},
    node::{Kind, LARGEST, NodeServer},
    report::{distribution, figure, milliseconds, number, quantile, table, to_f64},
    run::{Pace, run},
    size,
};

const SIZES: [usize; 5] = [10, 100, 1_000, 5_000, 10_000];
const COLUMNS: [&str; 9] = [
    "ours [ms]",
    "SDK loop [ms]",
    "hyper loop [ms]",
    "to SDK",
    "to hyper",
    "CPU [µs]",
    "ws [ms]",
    "Socket.IO [ms]",
    "emulator [ms]",
];

/// What rounds took until the last socket had its message.
#[derive(Default)]
struct Times {
    ours: Vec<Duration>,
    sdk: Vec<Duration>,
    hyper: Vec<Duration>,
    /// In the order of [`Kind::ALL`].
    node: [Vec<Duration>; 2],
    emulator: Vec<Duration>,
    /// Of the edge and the functions, a delivery, in microseconds.
    cpu: f64,
}

/// Measures all in turns, so that all meet the same machine.
pub async fn measure() {
    let mut rows = Vec::new();
    let mut emulator = Emulator::start();
    for size in SIZES {
        // It is busy even when nobody asks: the larger rooms are measured without it.
        emulator = emulator.filter(|_| size <= emulator::LARGEST);
        rows.push((format!("{size} sockets"), measure_size(size, emulator.as_ref()).await.row()));
    }
    table("medians until the last socket has the message", &COLUMNS, &rows);
}

async fn measure_size(size: usize, emulator: Option<&Emulator>) -> Times {
    let stack = Stack::start().await;
    let crowd = Crowd::gather(&stack, size).await;
    let name = |what: &str| format!("{size} sockets: {what}");
    distribution(&name("handshake"), crowd.connects.clone());

    let (loops, connections) = (Loops::to(&stack), stack.connections().await);
    let (first, _) = crowd.audience.hears(1, crowd.room.send(&crowd.users[0], "the first")).await;
    let frame = frame(&first);
    let mut servers = Vec::new();
    if size <= LARGEST {
        for kind in Kind::ALL {
            servers.extend(NodeServer::start(kind, size).await);
        }
    }

    let emulated = match emulator {
        Some(emulator) => Some(emulator.gather(size).await),
        None => None,
    };

    let rounds = if size > 1_000 { 5 } else { 20 };
    let (mut times, mut lost, mut doubled) = (Times::default(), 0, 0);
    for _ in 0..rounds {
        let outcome = run(&stack, &crowd, 1, Pace::InFlight(1)).await;
        times.ours.extend(outcome.last_receivers());
        times.cpu += outcome.cpu_per_delivery() / to_f64(rounds);
        let missing = outcome.lost_and_doubled();
        (lost, doubled) = (lost + missing.0, doubled + missing.1);
        times.sdk.push(last(&crowd.audience, loops.sdk(&connections, &frame)).await);
        times.hyper.push(last(&crowd.audience, loops.hyper(&connections, &frame)).await);
        for (server, times) in servers.iter().zip(&mut times.node) {
            times.push(last(&server.audience, server.send("the same")).await);
        }
        if let Some(crowd) = &emulated {
            times.emulator.push(last(&crowd.audience, crowd.send("the same")).await);
        }
    }
    number(&name("lost"), to_f64(lost), "");
    number(&name("doubled"), to_f64(doubled), "");
    figure(&name("resident memory"), size::resident(&stack));
    times
}

/// How long until everybody has what this sends.
async fn last<T>(audience: &Audience, work: impl Future<Output = T>) -> Duration {
    let started = Instant::now();
    let (_, arrivals) = audience.hears(1, work).await;
    let at = arrivals.iter().flatten().map(|(_, at)| *at).max();
    at.map_or(Duration::ZERO, |at| at.saturating_duration_since(started))
}

impl Times {
    fn row(mut self) -> Vec<Option<f64>> {
        let mut median = |times: &mut Vec<Duration>| {
            (!times.is_empty()).then(|| milliseconds(quantile(times, 50)))
        };
        let [ours, sdk, hyper] = [&mut self.ours, &mut self.sdk, &mut self.hyper].map(&mut median);
        let [ws, socket_io] = self.node.each_mut().map(&mut median);
        let emulator = median(&mut self.emulator);
        let ratio = |to: Option<f64>| Some(ours? / to?);
        vec![ours, sdk, hyper, ratio(sdk), ratio(hyper), Some(self.cpu), ws, socket_io, emulator]
    }
}

/// A frame like the broadcast's own.
fn frame(data: &Value) -> String {
    let room = &data["chat_room_id"];
    format!(r#"{{"type":"message","room_id":{room},"user_id":{},"data":{data}}}"#, data["user_id"])
}
