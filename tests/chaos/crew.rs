//! Several clients in one room.

use std::time::Duration;

use client::{Client, Efforts, Message, Pace, Service, Trouble};
use futures_util::future::join_all;
use serde_json::json;
use tests::{Account, Stack};
use tokio::time::{Instant, sleep, timeout};

use super::differences::{Differences, Sent};

/// Between two messages of one client.
const PAUSE: Duration = Duration::from_millis(50);

/// Users who follow the same room.
pub struct Crew {
    room: u64,
    reader: Service,
    clients: Vec<Client>,
}

impl Crew {
    /// Makes everybody a member of a new room.
    pub async fn enter(stack: &Stack, count: u64) -> Self {
        let account = |id| {
            let says = json!({ "name": format!("사용자 {id}") });
            Account::claiming(stack, id, &says).service()
        };
        let services: Vec<Service> = (1..=count).map(account).collect();
        for service in &services {
            // The first ticket makes a user of a token's subject.
            insist(|| service.ticket()).await;
        }
        let owner = &services[0];
        let room = insist(|| owner.create_room("혼돈")).await;
        for user in 2..=count {
            insist(|| owner.add_member(room, user)).await;
        }
        let reader = owner.clone();
        let follow = |service| Client::follow(service, room, Pace::TEST);
        Self { room, reader, clients: services.into_iter().map(follow).collect() }
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
        let stored = self.stored().await;
        let shown: Vec<Vec<Message>> = self.clients.iter().map(Client::messages).collect();
        Differences::of(acknowledged, &stored, &shown)
    }

    async fn stored(&self) -> Vec<Message> {
        let mut stored: Vec<Message> = Vec::new();
        loop {
            let cursor = stored.last().map_or(0, |message| message.id);
            let page = insist(|| self.reader.messages_after(self.room, cursor)).await;
            let is_last = !page.has_more || page.messages.is_empty();
            stored.extend(page.messages);
            if is_last {
                return stored;
            }
        }
    }
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
