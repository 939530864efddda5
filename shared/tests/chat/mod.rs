//! A chat on an empty table, and the words in which the tests speak of it.

mod database;

pub use database::{Database, client, sdk};

use std::ops::Deref;

use jiff::{SignedDuration, Timestamp};
use shared::{
    domain::{
        Connection, ConnectionId, Draft, Email, Message, MessageText, MessageType, Name, Profile,
        RoomId, UserId,
    },
    store::{Arrival, Store},
};

/// A store on a table of its own.
#[derive(Debug)]
pub struct Chat {
    pub store: Store,
    pub database: Database,
}

/// A chat is its store, with a few shortcuts.
impl Deref for Chat {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Chat {
    pub async fn start() -> Self {
        let database = Database::start().await;
        Self { store: database.store(), database }
    }

    /// A new room with these members, the first of them its owner.
    pub async fn room(&self, members: &[u64]) -> RoomId {
        let (owner, others) = members.split_first().expect("a room has an owner");
        for member in members {
            self.put_profile(&profile(*member)).await.expect("a profile");
        }
        let name = Name::try_from("방".to_owned()).expect("a name");
        let room = self.create_room(name, user(*owner), at(0)).await.expect("a room").id;
        for other in others {
            self.add_member(room, user(*other), at(0)).await.expect("a member");
        }
        room
    }

    /// Opens a socket in the room.
    pub async fn open(&self, connection: &Connection) -> Arrival {
        open(&self.store, connection).await
    }

    /// Closes a socket: whether its user has gone offline.
    pub async fn close(&self, connection: &Connection) -> bool {
        close(&self.store, connection).await
    }

    /// Sends a text: the message, `None` when the user is not a member.
    pub async fn send(&self, room: RoomId, from: UserId, text: &str) -> Option<Message> {
        send(&self.store, room, from, text).await
    }
}

/// Opens a socket through this store.
pub async fn open(store: &Store, connection: &Connection) -> Arrival {
    let room = connection.room_id.expect("a room socket");
    store.connect(connection, room).await.expect("an arrival")
}

/// Closes a socket through this store: whether its user has gone offline.
pub async fn close(store: &Store, connection: &Connection) -> bool {
    let now = connection.connected_at + SignedDuration::from_secs(1);
    !store.disconnect(connection, now).await.expect("the rooms that were left").is_empty()
}

/// Sends a text through this store.
pub async fn send(store: &Store, room: RoomId, from: UserId, text: &str) -> Option<Message> {
    let author = profile(from.get());
    store.add_message(room, author, draft(text), at(1)).await.expect("a message or none")
}

/// A socket of the user for the room, opened at [`at`]`(0)`.
pub fn socket(room: RoomId, of: UserId, id: &str) -> Connection {
    Connection { id: ConnectionId::new(id), user_id: of, room_id: Some(room), connected_at: at(0) }
}

/// Seconds after the time that the guide's examples begin with.
pub fn at(seconds: i64) -> Timestamp {
    let start: Timestamp = "2024-11-13T16:30:00Z".parse().expect("a time");
    start + SignedDuration::from_secs(seconds)
}

pub fn user(id: u64) -> UserId {
    UserId::try_from(id).expect("an id")
}

/// The user's profile, as the guide's examples have it.
pub fn profile(id: u64) -> Profile {
    let email = Email::try_from(format!("user{id}@example.com")).expect("an address");
    Profile {
        id: user(id),
        name: Name::try_from("김철수".to_owned()).expect("a name"),
        email: Some(email),
        username: None,
        profile_image: None,
    }
}

pub fn draft(text: &str) -> Draft {
    let text = MessageText::try_from(text.to_owned()).expect("a text");
    Draft::new(Some(text), MessageType::Text, None).expect("something to send")
}
