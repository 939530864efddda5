//! Messages to a crowd at a pace, and what became of them.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use futures_util::{StreamExt, future::join_all, stream};
use tests::{Stack, process::cpu_time};
use tokio::time::sleep_until;

use crate::{
    crowd::{Arrivals, Crowd},
    report::{distribution, number, to_f64},
};

/// How messages are sent.
#[derive(Clone, Copy)]
pub enum Pace {
    /// So many at once, each next one after an answer.
    InFlight(usize),
    /// So many a second, whatever the answers do.
    PerSecond(u32),
}

/// One message as its sender saw it.
struct Sent {
    id: u64,
    /// When it was sent, or was due at the pace.
    at: Instant,
    answered: Duration,
}

/// What a run came to.
pub struct Outcome {
    sent: Vec<Sent>,
    arrivals: Vec<Arrivals>,
    elapsed: Duration,
    /// Of the edge and the functions.
    cpu: Duration,
}

/// Sends so many messages, each by another member, and waits for them.
pub async fn run(stack: &Stack, crowd: &Crowd, messages: usize, pace: Pace) -> Outcome {
    let (busy, started) = (cpu_time(stack.edge.id()), Instant::now());
    let send_one = async |number: usize, at: Instant| {
        let author = &crowd.users[number % crowd.users.len()];
        let message = crowd.room.send(author, "in which order, and how soon?").await;
        Sent { id: message["id"].as_u64().unwrap_or(0), at, answered: at.elapsed() }
    };
    let work = async {
        match pace {
            Pace::InFlight(at_once) => {
                let sends =
                    stream::iter(0..messages).map(|number| send_one(number, Instant::now()));
                sends.buffer_unordered(at_once).collect().await
            }
            Pace::PerSecond(rate) => {
                let sends = (0..messages).map(async |number| {
                    let due = started + Duration::from_secs_f64(to_f64(number) / f64::from(rate));
                    sleep_until(due.into()).await;
                    send_one(number, due).await
                });
                join_all(sends).await
            }
        }
    };
    let (sent, arrivals) = crowd.audience.hears(messages, work).await;
    let elapsed = started.elapsed();
    Outcome { sent, arrivals, elapsed, cpu: cpu_time(stack.edge.id()).saturating_sub(busy) }
}

impl Outcome {
    /// From each message's sending to its last receiver, for the messages that came.
    pub fn last_receivers(&self) -> Vec<Duration> {
        let mut last: HashMap<u64, Instant> = HashMap::new();
        for (id, at) in self.arrivals.iter().flatten() {
            let latest = last.entry(*id).or_insert(*at);
            *latest = (*latest).max(*at);
        }
        let sent = self.sent.iter();
        sent.filter_map(|sent| Some(last.get(&sent.id)?.saturating_duration_since(sent.at)))
            .collect()
    }

    /// Processor time of edge and functions, in microseconds.
    pub fn cpu_per_delivery(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / to_f64(self.sent.len() * self.arrivals.len())
    }

    /// Prints everything under this name.
    pub fn report(&self, name: &str) {
        let sent_at: HashMap<u64, Instant> =
            self.sent.iter().map(|sent| (sent.id, sent.at)).collect();
        let latency =
            |(id, at): &(u64, Instant)| Some(at.saturating_duration_since(*sent_at.get(id)?));
        let deliveries: Vec<Duration> =
            self.arrivals.iter().flatten().filter_map(latency).collect();
        let rate = to_f64(deliveries.len()) / self.elapsed.as_secs_f64();
        number(&format!("{name}: deliveries a second"), rate.round(), "");
        distribution(&format!("{name}: POST to a delivery"), deliveries);
        distribution(&format!("{name}: POST to the last delivery"), self.last_receivers());
        let answers = self.sent.iter().map(|sent| sent.answered).collect();
        distribution(&format!("{name}: POST to its answer"), answers);
        number(
            &format!("{name}: CPU of edge and functions a delivery"),
            self.cpu_per_delivery(),
            "µs",
        );
        let (lost, doubled) = self.lost_and_doubled();
        number(&format!("{name}: lost"), to_f64(lost), "");
        number(&format!("{name}: doubled"), to_f64(doubled), "");
        number(&format!("{name}: orders seen"), to_f64(self.orders()), "");
    }

    pub fn lost_and_doubled(&self) -> (usize, usize) {
        let (mut lost, mut doubled) = (0, 0);
        for arrivals in &self.arrivals {
            let ids: HashSet<u64> = arrivals.iter().map(|(id, _)| *id).collect();
            lost += self.sent.iter().filter(|sent| !ids.contains(&sent.id)).count();
            doubled += arrivals.len() - ids.len();
        }
        (lost, doubled)
    }

    /// In how many different orders the sockets saw the messages.
    fn orders(&self) -> usize {
        let ids = |arrivals: &Arrivals| -> Vec<u64> {
            let mut seen = HashSet::new();
            arrivals.iter().map(|(id, _)| *id).filter(|id| seen.insert(*id)).collect()
        };
        self.arrivals.iter().map(ids).collect::<HashSet<_>>().len()
    }
}
