//! One message to rooms of several sizes, beside bare loops of posts to the same sockets.

use std::time::{Duration, Instant};

use futures_util::future::join;
use serde_json::Value;
use tests::{Stack, process::cpu_time};

use crate::{
    baseline::Loops,
    crowd::Crowd,
    report::{duration, figure, number, quantile},
    size,
};

const SIZES: [usize; 3] = [10, 100, 1_000];
const ROUNDS: usize = 20;

/// What one round took until the last socket had its message.
#[derive(Default)]
struct Times {
    sends: Vec<Duration>,
    sdk: Vec<Duration>,
    bare: Vec<Duration>,
    /// Of the edge and the functions, for the sends.
    cpu: Duration,
}

/// Measures all three in turns, so that all meet the same machine.
pub async fn measure() {
    for size in SIZES {
        let stack = Stack::start().await;
        let crowd = Crowd::gather(&stack, size).await;
        figure(&format!("{size} sockets: resident memory"), size::resident(stack.edge.id()));
        let (loops, connections) = (Loops::to(&stack), stack.connections().await);
        let (first, ()) =
            join(crowd.room.send(&crowd.sender, "to everybody"), crowd.everybody_has_it()).await;
        let frame = frame(&first);

        let mut times = Times::default();
        for _ in 0..ROUNDS {
            let busy = cpu_time(stack.edge.id());
            let send = crowd.room.send(&crowd.sender, "to everybody");
            times.sends.push(until_everybody(&crowd, send).await);
            times.cpu += cpu_time(stack.edge.id()).saturating_sub(busy);
            times.sdk.push(until_everybody(&crowd, loops.sdk(&connections, &frame)).await);
            times.bare.push(until_everybody(&crowd, loops.bare(&connections, &frame)).await);
        }
        assert_eq!(crowd.deliveries(), (1 + 3 * ROUNDS) * size, "none lost, none doubled");
        report(size, times);
    }
}

/// How long until everybody has what this sends.
async fn until_everybody<T>(crowd: &Crowd, work: impl Future<Output = T>) -> Duration {
    let started = Instant::now();
    let everybody = async {
        crowd.everybody_has_it().await;
        started.elapsed()
    };
    join(work, everybody).await.1
}

fn report(size: usize, mut times: Times) {
    let [send, sdk, bare] =
        [&mut times.sends, &mut times.sdk, &mut times.bare].map(|times| quantile(times, 50));
    duration(&format!("{size} sockets: POST to the last delivery, median"), send);
    duration(
        &format!("{size} sockets: the same, worst of {ROUNDS}"),
        quantile(&mut times.sends, 100),
    );
    duration(&format!("{size} sockets: loop of the SDK's posts, median"), sdk);
    duration(&format!("{size} sockets: loop of bare posts, median"), bare);
    let ratio = |to: Duration| send.as_secs_f64() / to.as_secs_f64();
    number(&format!("{size} sockets: ratio to the SDK's loop"), ratio(sdk), "");
    number(&format!("{size} sockets: ratio to the bare loop"), ratio(bare), "");
    let deliveries = f64::from(u32::try_from(ROUNDS * size).unwrap_or(u32::MAX));
    let micros = times.cpu.as_secs_f64() * 1e6 / deliveries;
    number(&format!("{size} sockets: CPU of edge and functions per delivery"), micros, "µs");
}

/// A frame like the broadcast's own.
fn frame(data: &Value) -> String {
    let room = &data["chat_room_id"];
    format!(r#"{{"type":"message","room_id":{room},"user_id":{},"data":{data}}}"#, data["user_id"])
}
