//! A chat, a stage, and the broadcaster between them.

use std::time::Duration;

use aws_config::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_apigatewaymanagement::{Client, config};
use shared::{
    broadcast::Broadcaster,
    domain::{Connection, ConnectionId, Event, RoomId, Subscriber},
    store::Store,
};

use crate::{
    chat::{Chat, at, database::sdk, socket, user},
    stage::Stage,
};

/// Attempts of one post.
pub const ATTEMPTS: usize = 3;

/// How long an attempt may take where a test does not wait for that.
const UNBOUNDED: Duration = Duration::from_secs(30);

/// Members of the largest room that announces presence.
pub const MOST_MEMBERS: u64 = 5;

pub struct Scene {
    pub chat: Chat,
    pub stage: Stage,
    pub broadcaster: Broadcaster,
}

impl Scene {
    pub async fn start() -> Self {
        Self::with_attempts_of(UNBOUNDED).await
    }

    /// A scene whose posts are given up and tried again after this time.
    pub async fn with_attempts_of(attempt: Duration) -> Self {
        let (chat, stage) = (Chat::start().await, Stage::start().await);
        let management = management(&chat, stage.endpoint(), attempt);
        let broadcaster = Broadcaster::new(chat.store.clone(), management, MOST_MEMBERS);
        Self { chat, stage, broadcaster }
    }

    /// The same with another store.
    pub fn broadcaster_on(&self, store: Store) -> Broadcaster {
        let management = management(&self.chat, self.stage.endpoint(), UNBOUNDED);
        Broadcaster::new(store, management, MOST_MEMBERS)
    }

    /// The same with a WebSocket API elsewhere.
    pub fn broadcaster_to(&self, endpoint: &str) -> Broadcaster {
        let management = management(&self.chat, endpoint, UNBOUNDED);
        Broadcaster::new(self.chat.store.clone(), management, MOST_MEMBERS)
    }

    /// Opens a socket in the room.
    pub async fn open(&self, room: RoomId, owner: u64, id: &str) -> Connection {
        let socket = socket(room, user(owner), id);
        self.chat.open(&socket).await;
        socket
    }

    /// Tells the event a minute after the sockets were opened.
    pub async fn tell(&self, event: Event) {
        self.broadcaster.broadcast(event, at(60), None).await;
    }

    /// The sockets that the room's next event goes to.
    pub async fn subscribed(&self, room: RoomId) -> Vec<ConnectionId> {
        let subscribers = self.chat.subscribers(room, at(60)).all().await.expect("subscribers");
        let id = |subscriber: Subscriber| subscriber.connection_id;
        let mut subscribed: Vec<ConnectionId> = subscribers.into_iter().map(id).collect();
        subscribed.sort();
        subscribed
    }
}

/// The real SDK on the stage.
fn management(chat: &Chat, endpoint: &str, attempt: Duration) -> Client {
    let retries = RetryConfig::standard()
        .with_max_attempts(ATTEMPTS.try_into().expect("a small number"))
        .with_initial_backoff(Duration::from_millis(2));
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(attempt);
    let config = config::Builder::from(&sdk(chat.database.http()))
        .endpoint_url(endpoint)
        .retry_config(retries)
        .timeout_config(timeouts.build());
    Client::from_conf(config.build())
}

/// An event that carries little.
pub fn left(room: RoomId, who: u64) -> Event {
    Event::MemberLeave { room, user: user(who) }
}
