//! Several clients in one room.

use std::time::Duration;

use client::{Client, Efforts, Message, Pace, Service, Trouble};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Account, Stack};
use tokio::time::{Instant, sleep, timeout};

use super::differences::{Differences, Sent};

/// Between two messages of one client.
const PAUSE: Duration = Duration::from_millis(50);

/// A room and its members, who are 1, 2, 3…
pub struct Room {
    pub id: u64,
    members: Vec<Service>,
}

/// Users who follow the same room.
pub struct Crew {
    room: Room,
    clients: Vec<Client>,
}

impl Room {
    /// Makes everybody a member of a new room.
    pub async fn create(stack: &Stack, count: u64) -> Self {
        let account = |id| {
            let says = json!({ "name": format!("사용자 {id}") });
            Account::claiming(stack, id, &says).service()
        };
        let members: Vec<Service> = (1..=count).map(account).collect();
        for service in &members {
            // The first ticket makes a user of a token's subject.
            insist(|| service.ticket()).await;
        }
        let owner = &members[0];
        let id = insist(|| owner.create_room("혼돈")).await;
        for user in 2..=count {
            insist(|| owner.add_member(id, user)).await;
        }
        Self { id, members }
    }

    /// Every message of the room.
    pub async fn stored(&self) -> Vec<Message> {
        let mut stored: Vec<Message> = Vec::new();
        loop {
            let cursor = stored.last().map_or(0, |message| message.id);
            let page = insist(|| self.members[0].messages_after(self.id, cursor)).await;
            let is_last = !page.has_more || page.messages.is_empty();
            stored.extend(page.messages);
            if is_last {
                return stored;
            }
        }
    }
}

impl Crew {
    /// Makes everybody a member of a new room.
    pub async fn enter(stack: &Stack, count: u64) -> Self {
        let room = Room::create(stack, count).await;
        let follow = |service: &Service| Client::follow(service.clone(), room.id, Pace::TEST);
        let clients = room.members.iter().map(follow).collect();
        Self { room, clients }
    }

    /// Lets everybody send for a while: what was acknowledged.
    pub async fn chatter(&self, time: Duration) -> Vec<Sent> {
        let end = Instant::now() + time;
        let senders = self.clients.iter().enumerate().map(|(number, client)| async move {
            let mut sent = Vec::new();
            while Instant::now() < end {
                let text = format!("client {number}, message {}", sent.len());
                let id = client.send(&text).await.expect("a member may send");
                sent.push(Sent { id, text });
                sleep(PAUSE).await;
            }
            sent
        });
        join_all(senders).await.concat()
    }

    /// Waits until everybody shows the same, and compares.
    pub async fn agree(&self, acknowledged: &[Sent], patience: Duration) -> Differences {
        let settled = async {
            while self.differences(acknowledged).await != Differences::default() {
                sleep(Duration::from_millis(200)).await;
            }
        };
        // What is wrong when time is up shows below.
        let _ = timeout(patience, settled).await;
        self.differences(acknowledged).await
    }

    /// What it took all of them together.
    pub fn efforts(&self) -> Efforts {
        self.clients.iter().map(Client::efforts).fold(Efforts::default(), |sum, one| Efforts {
            sockets: sum.sockets + one.sockets,
            repetitions: sum.repetitions + one.repetitions,
            duplicates: sum.duplicates + one.duplicates,
        })
    }

    async fn differences(&self, acknowledged: &[Sent]) -> Differences {
        let stored = self.room.stored().await;
        let shown: Vec<Vec<Message>> = self.clients.iter().map(Client::messages).collect();
        Differences::of(acknowledged, &stored, &shown)
    }
}

/// How many faults have happened, and which.
pub async fn faults_of(stack: &Stack) -> (u64, Value) {
    let faults = stack.get("/_edge/faults").await.expect(200);
    let counts = faults.as_object().expect("counts").values();
    (counts.filter_map(Value::as_u64).sum(), faults)
}

async fn insist<T>(request: impl AsyncFn() -> Result<T, Trouble>) -> T {
    let mut backoff = Pace::TEST.backoff;
    loop {
        match request().await {
            Ok(answer) => return answer,
            Err(Trouble::Refused(why)) => panic!("refused: {why}"),
            Err(_) => sleep(backoff.pause()).await,
        }
    }
}
