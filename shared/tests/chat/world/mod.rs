//! A chat on an empty table, and the words in which the tests speak of it.

pub mod acts;
pub mod database;
mod interleaving;
mod mortal;
mod outbox;
mod scene;
mod stage;

pub use database::{Database, client, nobody};
pub use interleaving::Orders;
pub use mortal::die_after;
pub use scene::{ATTEMPTS, MOST_MEMBERS, Scene, left, new_message, process};
pub use stage::{Answer, DEADLINE};

use std::ops::Deref;

use jiff::{SignedDuration, Timestamp};
use shared::{
    domain::{
        Connection, ConnectionId, Email, Member, Name, Profile, ProfileClaims, Role, Room, RoomId,
        UserId,
    },
    moment::Moment,
    store::{Creation, Store, StoreError},
};

/// Sockets whose ids are as long as a sort key allows: some 2 KB each in the table.
const CROWD: usize = 560;
const LONGEST_ID: usize = 960;

/// A store on a table of its own.
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

    /// Puts a profile of which no token says anything.
    pub async fn put_profile(&self, profile: &Profile) -> Result<Profile, StoreError> {
        self.store.put_profile(profile, ProfileClaims::default()).await
    }

    /// A new room with these members, the first of them its owner.
    pub async fn room_of(&self, members: &[u64]) -> RoomId {
        let (owner, others) = members.split_first().expect("a room has an owner");
        for member in members {
            self.put_profile(&profile(*member)).await.expect("a profile");
        }
        let name = Name::try_from("방".to_owned()).expect("a name");
        let created = self.create_room(name, user(*owner), None, at(0)).await.expect("a room");
        let Creation::Created(Room { id: room, .. }, _) = created else { panic!("{created:?}") };
        for other in others {
            self.add_member(room, user(*other), Role::Member, at(0)).await.expect("a member");
        }
        room
    }

    /// A room with so many sockets that DynamoDB needs more than one page, 1 MB, for them.
    pub async fn crowd(&self) -> (RoomId, Vec<Connection>) {
        let room = self.room_of(&[1]).await;
        let id = |number| format!("{number:0LONGEST_ID$}=");
        let sockets: Vec<Connection> =
            (0..CROWD).map(|number| socket(room, user(1), &id(number))).collect();
        self.open(&sockets[0]).await;
        let others: Vec<&str> = sockets[1..].iter().map(|socket| socket.id.as_str()).collect();
        self.database.copy_subscription(sockets[0].id.as_str(), &others).await;
        (room, sockets)
    }

    /// Opens a socket in its room: whether its user is a member.
    pub async fn open(&self, connection: &Connection) -> bool {
        acts::open(&self.store, connection).await
    }

    pub async fn member(&self, room: RoomId, id: u64) -> Member {
        let standing = self.standing(room, user(id)).await.expect("a standing");
        standing.member.expect("a member")
    }

    /// Who is online in the room, of the users up to 99.
    pub async fn online(&self, room: RoomId) -> Vec<u64> {
        let users: Vec<UserId> = (1..100).map(user).collect();
        let online = self.online_among(room, &users).await.expect("users");
        let mut online: Vec<u64> = online.into_iter().map(UserId::get).collect();
        online.sort_unstable();
        online
    }

    /// The sockets that the room's next event goes to, by name.
    pub async fn subscribed(&self, room: RoomId) -> Vec<String> {
        let subscribers = self.subscribers(room, at(60)).all().await.expect("subscribers");
        let ids = subscribers.into_iter().map(|subscriber| subscriber.connection_id.to_string());
        let mut subscribed: Vec<String> = ids.collect();
        subscribed.sort();
        subscribed
    }
}

/// A socket of the user for the room, opened at [`at`]`(0)`.
pub fn socket(room: RoomId, of: UserId, id: &str) -> Connection {
    Connection { id: ConnectionId::new(id), user_id: of, room_id: Some(room), connected_at: at(0) }
}

/// A ticket socket of the user, opened at [`at`]`(0)`.
pub fn ticket_socket(of: u64, id: &str) -> Connection {
    Connection { id: ConnectionId::new(id), user_id: user(of), room_id: None, connected_at: at(0) }
}

/// Seconds after the time that the guide's examples begin with.
pub fn at(seconds: i64) -> Timestamp {
    let start: Timestamp = "2024-11-13T16:30:00Z".parse().expect("a time");
    start + SignedDuration::from_secs(seconds)
}

/// The same time, as a request reads it.
pub fn moment(seconds: i64) -> Moment {
    Moment::now(at(seconds))
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
