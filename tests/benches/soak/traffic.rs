//! What clients do all the time.

use std::{
    mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use serde_json::json;
use tests::{Api, Room, Stack, User};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

const MEMBERS: usize = 50;
/// How long a socket is open, on average.
const OPEN: Duration = Duration::from_mins(1);
/// Between two sends, and two reads, of one room, on average.
const SEND_EACH: Duration = Duration::from_millis(1_500);
const READ_EACH: Duration = Duration::from_secs(3);

/// Rooms whose members come and go.
pub struct Traffic {
    api: Api,
    rooms: Vec<(Room, Vec<User>)>,
    latencies: Mutex<Vec<Duration>>,
    stopped: AtomicBool,
}

impl Traffic {
    /// So many members, each for one socket.
    pub async fn on(stack: &Stack, sockets: usize) -> Self {
        let mut rooms = Vec::new();
        for _ in 0..sockets.div_ceil(MEMBERS) {
            rooms.push(room(stack).await);
        }
        let (latencies, stopped) = (Mutex::default(), AtomicBool::new(false));
        Self { api: Api::clone(stack), rooms, latencies, stopped }
    }

    /// Starts all clients.
    pub fn start(self: Arc<Self>) -> Vec<JoinHandle<()>> {
        let mut workers = Vec::new();
        for room in 0..self.rooms.len() {
            workers.push(tokio::spawn(Arc::clone(&self).send(room)));
            workers.push(tokio::spawn(Arc::clone(&self).read(room)));
            for member in 0..MEMBERS {
                workers.push(tokio::spawn(Arc::clone(&self).come_and_go(room, member)));
            }
        }
        workers
    }

    /// Lets every client end what it is doing.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// How long the sends took since the last call.
    pub fn take_latencies(&self) -> Vec<Duration> {
        mem::take(&mut self.latencies.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn goes_on(&self) -> bool {
        !self.stopped.load(Ordering::Relaxed)
    }

    async fn come_and_go(self: Arc<Self>, room: usize, member: usize) {
        let (room, users) = &self.rooms[room];
        // The first minute is to be like all others.
        sleep(OPEN.mul_f64(fastrand::f64())).await;
        while self.goes_on() {
            // A fault may refuse it: the next try comes as a client's would.
            let Ok(mut socket) = self.api.socket(&room.socket_path(&users[member])).await else {
                sleep(Duration::from_secs(1)).await;
                continue;
            };
            let reading = async { while socket.next_text_or_end().await.is_some() {} };
            let _ = timeout(about(OPEN), reading).await;
            // Without a close frame, as phones vanish.
            socket.drop_network();
        }
    }

    async fn send(self: Arc<Self>, room: usize) {
        let (room, users) = &self.rooms[room];
        while self.goes_on() {
            let author = &users[at_random(MEMBERS)];
            let message = json!({ "user_id": author.id, "message": "still there?" });
            let started = Instant::now();
            if room.post("/messages", &message).await.status == 201 {
                let mut latencies = self.latencies.lock().unwrap_or_else(PoisonError::into_inner);
                latencies.push(started.elapsed());
            }
            sleep(about(SEND_EACH)).await;
        }
    }

    async fn read(self: Arc<Self>, room: usize) {
        let (room, users) = &self.rooms[room];
        while self.goes_on() {
            // Under faults it may fail, and what it answers is not the point.
            room.mark_read(&users[at_random(MEMBERS)]).await;
            sleep(about(READ_EACH)).await;
        }
    }
}

async fn room(stack: &Stack) -> (Room, Vec<User>) {
    let created = stream::iter(0..MEMBERS).map(|_| User::create(stack)).buffered(8);
    let users: Vec<User> = created.collect().await;
    let room = Room::create(stack, &users[0]).await;
    for user in &users[1..] {
        room.add(user).await;
    }
    (room, users)
}

/// Half of it to one and a half.
fn about(duration: Duration) -> Duration {
    duration.mul_f64(0.5 + fastrand::f64())
}

fn at_random(below: usize) -> usize {
    fastrand::usize(..below)
}
