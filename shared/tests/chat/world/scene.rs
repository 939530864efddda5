//! A chat, a stage, the app between them, and the table's stream.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use jiff::{SignedDuration, Timestamp};
use shared::{
    app::{App, NewMessage, StreamRecord},
    auth::{Algorithm, AuthMode, Rules},
    aws::Limits,
    broadcast::{Audience, Broadcaster, Management},
    config::{Aws, Config, Tokens},
    domain::{Connection, Event, Message, Quotas, RoomId, SendKey},
    error::Error,
    moment::Moment,
    store::Store,
};

use super::{
    Chat, acts, at,
    database::{TABLE, sdk},
    moment,
    outbox::Outbox,
    socket,
    stage::Stage,
    ticket_socket, user,
};

/// Attempts of one post.
pub const ATTEMPTS: usize = 3;

/// How long an attempt may take where a test does not wait for that.
const UNBOUNDED: Duration = Duration::from_secs(30);

/// Members of the largest room that announces presence.
pub const MOST_MEMBERS: u64 = 5;

/// What is looked after comes again that late.
const WINDOW: SignedDuration = SignedDuration::from_secs(5);

/// Batches after which a stream that feeds itself is taken for endless.
const ENDLESS: usize = 40;

pub struct Scene {
    pub chat: Chat,
    pub stage: Stage,
    pub app: App,
    config: Config,
    outbox: Outbox,
}

impl Scene {
    pub async fn start() -> Self {
        Self::configured(UNBOUNDED, |_| ()).await
    }

    /// A scene whose posts are given up and tried again after this time.
    pub async fn with_attempts_of(attempt: Duration) -> Self {
        Self::configured(attempt, |_| ()).await
    }

    /// A scene where rooms with more members are broadcast to behind the stream.
    pub async fn with_inline_max(members: u64) -> Self {
        Self::configured(UNBOUNDED, |config| config.inline_max_members = members).await
    }

    async fn configured(attempt: Duration, change: impl FnOnce(&mut Config)) -> Self {
        let (chat, stage) = (Chat::start().await, Stage::start().await);
        let mut config = config_on(&stage);
        change(&mut config);
        let broadcaster = broadcaster(&chat, chat.store.clone(), stage.endpoint(), attempt);
        let app = App::new(config.clone(), chat.store.clone(), broadcaster);
        let outbox = chat.database.outbox();
        Self { chat, stage, app, config, outbox }
    }

    /// Another process, with this store.
    pub fn app_on(&self, store: Store) -> App {
        let stage = self.stage.endpoint();
        let broadcaster = broadcaster(&self.chat, store.clone(), stage, UNBOUNDED);
        App::new(self.config.clone(), store, broadcaster)
    }

    /// A broadcaster to a WebSocket API elsewhere.
    pub fn broadcaster_to(&self, endpoint: &str) -> Broadcaster {
        broadcaster(&self.chat, self.chat.store.clone(), endpoint, UNBOUNDED)
    }

    /// A new room with these members, of whom everybody has heard.
    pub async fn room_of(&self, members: &[u64]) -> RoomId {
        let room = self.chat.room_of(members).await;
        self.settle().await;
        room
    }

    /// Opens a socket in the room.
    pub async fn open(&self, room: RoomId, owner: u64, id: &str) -> Connection {
        let socket = socket(room, user(owner), id);
        assert!(self.chat.open(&socket).await, "user {owner} is a member");
        socket
    }

    /// Opens a ticket socket.
    pub async fn enter(&self, owner: u64, id: &str) -> Connection {
        let socket = ticket_socket(owner, id);
        acts::enter(&self.chat.store, &socket).await;
        socket
    }

    /// Sends a text a minute after the sockets were opened.
    pub async fn send(&self, room: RoomId, from: u64, text: &str) -> Result<Message, Error> {
        self.app.send(new_message(room, from, text, None), moment(60)).await
    }

    /// Broadcasts the event a minute after the sockets were opened.
    pub async fn broadcast(&self, event: Event) {
        let broadcast = self.app.broadcaster.broadcast(event, at(60), Audience::Everybody).await;
        broadcast.expect("subscribers");
    }

    /// What was written since the last call. Who takes it and drops it leaves it undelivered.
    pub fn changes(&self) -> Vec<StreamRecord> {
        self.outbox.take()
    }

    /// Delivers one batch, all of which must succeed.
    pub async fn deliver(&self, batch: Vec<StreamRecord>, now: Timestamp) {
        let failed = process(&self.app, batch, now).await;
        assert!(failed.is_empty(), "records failed: {failed:?}");
    }

    /// Delivers what was written until nothing more is, a minute after the sockets were opened.
    pub async fn settle(&self) {
        self.settle_from(60).await;
    }

    /// The same from this time on; what follows from a batch comes [`WINDOW`] later.
    pub async fn settle_from(&self, seconds: i64) {
        self.settle_with(seconds, 1).await;
    }

    /// The same with each batch delivered so often.
    pub async fn settle_with(&self, seconds: i64, times: usize) {
        let mut now = at(seconds);
        for _ in 0..ENDLESS {
            let batch = self.changes();
            if batch.is_empty() {
                return;
            }
            for _ in 0..times {
                self.deliver(batch.clone(), now).await;
            }
            now += WINDOW;
        }
        panic!("the stream feeds itself: {:?}", self.changes());
    }

    /// The events that a room socket got, `message` and the like with whose they are.
    pub fn events(&self, socket: &Connection) -> Vec<(String, u64)> {
        let frames = self.stage.frames(socket).into_iter();
        let event = |frame: serde_json::Value| {
            let kind = frame["type"].as_str().expect("a type").to_owned();
            (kind, frame["user_id"].as_u64().expect("a user"))
        };
        frames.map(event).collect()
    }

    /// How often a room socket got this event of this user.
    pub fn count(&self, socket: &Connection, kind: &str, of: u64) -> usize {
        self.events(socket).into_iter().filter(|event| *event == (kind.to_owned(), of)).count()
    }

    /// The ids of the messages that a socket got, as they came.
    pub fn message_ids(&self, socket: &Connection) -> Vec<u64> {
        let frames = self.stage.frames(socket);
        let id = |frame: &serde_json::Value| match frame["type"].as_str() {
            Some("message") => frame["data"]["id"].as_u64(),
            Some(_) => None,
            None => frame["id"].as_u64(),
        };
        frames.iter().filter_map(id).collect()
    }
}

/// Processes a batch as both functions behind the stream do, each what is its own. Returns the sequence
/// numbers that have to come again.
pub async fn process(app: &App, batch: Vec<StreamRecord>, now: Timestamp) -> Vec<String> {
    let mut failed = app.fan_out(batch.clone(), Moment::now(now)).await;
    failed.extend(app.recheck(batch, Moment::now(now)).await);
    failed
}

pub fn new_message(room: RoomId, from: u64, text: &str, key: Option<&SendKey>) -> NewMessage {
    NewMessage { room, user: user(from), draft: acts::draft(text), key: key.cloned() }
}

fn config_on(stage: &Stage) -> Config {
    let rules = Rules { algorithm: Algorithm::HS256, issuer: None, audience: None };
    Config {
        table_name: TABLE.to_owned(),
        management_endpoint: stage.endpoint().to_owned(),
        auth_mode: AuthMode::Trusted,
        presence_max_members: MOST_MEMBERS,
        inline_max_members: 1_000,
        allowed_origins: shared::domain::Origins::default(),
        front_door: shared::domain::FrontDoor::default(),
        share_emails: true,
        metrics_namespace: None,
        quotas: Quotas::default(),
        tokens: Tokens { rules, keys: None, secret_arn: None },
        aws: Aws {
            region: "us-east-1".to_owned(),
            credentials: Credentials::new("test", "test", None, None, "test"),
            dynamodb: None,
            secrets_manager: None,
        },
    }
}

/// A broadcaster on the stage at this endpoint.
fn broadcaster(chat: &Chat, store: Store, endpoint: &str, attempt: Duration) -> Broadcaster {
    let sdk = sdk(chat.database.http());
    let limits = Limits {
        attempt,
        request: UNBOUNDED,
        attempts: ATTEMPTS.try_into().expect("a small number"),
        first_pause: Duration::from_millis(2),
    };
    let http = SharedHttpConnector::new(Connector::builder().build_http());
    Broadcaster::new(store, Management::new(&sdk, http, endpoint, limits)).with_shared_emails(true)
}

/// An event that carries little.
pub fn left(room: RoomId, who: u64) -> Event {
    Event::MemberLeave { room, user: user(who) }
}
