//! What users do, through any store on the table.

use jiff::{SignedDuration, Timestamp};
use shared::{
    domain::{
        Connection, Draft, Lease, LeaseOwner, Limit, Message, MessageId, MessageText, MessageType,
        Room, RoomId, SendKey, UserId,
    },
    store::{Entrance, Store, Storing},
};

use super::{Chat, at, profile};

/// Opens a socket in its room: whether its user is a member.
pub async fn open(store: &Store, socket: &Connection) -> bool {
    let room = socket.room_id.expect("a room socket");
    let standing = store.standing(room, socket.user_id).await.expect("a standing");
    let Some(member) = standing.member else { return false };
    store.connect(socket, &member, None).await.expect("an outcome") == Entrance::Open
}

/// Opens a ticket socket: it is stored, then the memberships are read.
pub async fn enter(store: &Store, socket: &Connection) {
    store.register(socket, None).await.expect("a registered socket");
    let memberships = store.memberships(socket.user_id, at(1)).all().await.expect("memberships");
    store.subscribe(socket, &memberships).await.expect("subscriptions");
}

/// Closes a socket, and clears it out of its room or rooms as the stream does.
pub async fn close(store: &Store, socket: &Connection) {
    store.disconnect(socket).await.expect("a disconnect");
    let memberships = store.memberships(socket.user_id, at(1)).all().await.expect("memberships");
    let rooms = memberships.into_iter().map(|member| member.room_id);
    for room in rooms.filter(|room| socket.room_id.is_none_or(|only| only == *room)) {
        store.unsubscribe(room, socket).await.expect("an end");
    }
}

/// A text to send.
pub fn draft(text: &str) -> Draft {
    let text = MessageText::try_from(text.to_owned()).expect("a text");
    Draft::new(Some(text), MessageType::Text, None).expect("something to send")
}

/// A sender's lease from now on.
pub fn lease(now: Timestamp) -> Lease {
    Lease::new(LeaseOwner::random(), now, SignedDuration::from_secs(5))
}

/// Takes a number: the room after it.
pub async fn number(store: &Store, room: RoomId, lease: Lease, now: Timestamp) -> Option<Room> {
    store.number_message(room, lease, now).await.expect("a number or none")
}

/// The message that this text becomes under the number that the room gave out last.
pub fn under_number(room: &Room, from: UserId, text: &str, now: Timestamp) -> Message {
    let id = MessageId::try_from(room.last_message_id).expect("an id");
    draft(text).into_message(id, room.id, profile(from.get()), None, now)
}

/// Numbers a text and stores it, as a sender that broadcasts nothing: the message, `None` when the
/// user is not a member, or was too slow. The number is void then.
pub async fn send(store: &Store, room: RoomId, from: UserId, text: &str) -> Option<Message> {
    let room = number(store, room, lease(at(1)), at(1)).await?;
    let message = under_number(&room, from, text, at(1));
    match store.store_message(&message, None).await.expect("an outcome") {
        Storing::Stored => Some(message),
        Storing::NotAMember => {
            store.void(room.id, message.id).await.expect("a void");
            None
        }
        Storing::Void => None,
        Storing::Repeated(earlier) => panic!("a send without a key repeats {earlier:?}"),
    }
}

/// The same with a key.
pub async fn send_with(
    store: &Store,
    room: RoomId,
    from: UserId,
    key: &SendKey,
    now: Timestamp,
) -> (MessageId, Storing) {
    let room = number(store, room, lease(now), now).await.expect("a room");
    let message = under_number(&room, from, "once", now);
    let storing = store.store_message(&message, Some(key)).await.expect("an outcome");
    if storing != Storing::Stored {
        store.void(room.id, message.id).await.expect("a void");
    }
    (message.id, storing)
}

impl Chat {
    /// How many messages a room has.
    pub async fn message_count(&self, room: RoomId) -> usize {
        let (mut before, mut count) = (None, 0);
        loop {
            let page = self.messages_before(room, before, Limit::default(), at(1_000)).await;
            let page = page.expect("a page");
            count += page.messages.len();
            match page.messages.last() {
                Some(last) if page.has_more => before = Some(last.id),
                _ => return count,
            }
        }
    }

    /// Closes a socket, and clears it as the stream does.
    pub async fn close(&self, socket: &Connection) {
        close(&self.store, socket).await;
    }

    /// Numbers a text and stores it; see [`send`].
    pub async fn send(&self, room: RoomId, from: UserId, text: &str) -> Option<Message> {
        send(&self.store, room, from, text).await
    }
}
