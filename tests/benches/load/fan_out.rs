//! One message to a thousand sockets, beside a bare loop of posts to the same sockets.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use reqwest::Method;
use serde_json::Value;
use tests::{Api, Stack};

use crate::{
    crowd::{Crowd, SIZE},
    report::{duration, figure, quantile},
    size,
};

const ROUNDS: usize = 20;
const IN_FLIGHT: usize = 32;

/// Measures both in turns, so that both meet the same machine.
pub async fn measure() {
    let stack = Stack::start().await;
    let (room, sender, crowd) = Crowd::gather(&stack).await;
    figure("resident memory with 1,000 sockets", size::resident(stack.edge.id()));
    let connections = stack.connections().await;
    let frame = frame(&room.send(&sender, "to everybody").await);
    crowd.everybody_has_it().await;

    let (mut sends, mut posts) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let everybody = async {
            crowd.everybody_has_it().await;
            started.elapsed()
        };
        let (_, last) =
            futures_util::future::join(room.send(&sender, "to everybody"), everybody).await;
        sends.push(last);
        posts.push(bare_loop(&stack, &crowd, &connections, &frame).await);
    }
    report(&mut sends, &mut posts);
}

fn report(sends: &mut [Duration], posts: &mut [Duration]) {
    let (send, post) = (quantile(sends, 50), quantile(posts, 50));
    duration("POST to the last delivery, median", send);
    duration("POST to the last delivery, worst", quantile(sends, 100));
    duration(&format!("bare loop of {SIZE} posts, median"), post);
    figure("ratio of the medians", format_args!("{:.2}", send.as_secs_f64() / post.as_secs_f64()));
}

async fn bare_loop(stack: &Api, crowd: &Crowd, connections: &[String], frame: &str) -> Duration {
    let started = Instant::now();
    let posts = stream::iter(connections)
        .map(|id| stack.ask(stack.management(Method::POST, "prod", id).body(frame.to_owned())));
    let posts =
        posts.buffer_unordered(IN_FLIGHT).for_each(async |reply| assert_eq!(reply.status, 200));
    futures_util::future::join(posts, crowd.everybody_has_it()).await;
    started.elapsed()
}

/// A frame like the broadcast's own.
fn frame(data: &Value) -> String {
    let room = &data["chat_room_id"];
    format!(r#"{{"type":"message","room_id":{room},"user_id":{},"data":{data}}}"#, data["user_id"])
}
