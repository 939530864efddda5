//! What users do, through any store on the table.

use jiff::{SignedDuration, Timestamp};
use shared::{
    domain::{
        Connection, Draft, Limit, Message, MessageText, MessageType, RoomId, SendKey, UserId,
    },
    store::{Arrival, Sending, Store},
};

use crate::chat::{Chat, at, profile};

pub async fn open(store: &Store, socket: &Connection) -> Arrival {
    let room = socket.room_id.expect("a room socket");
    store.connect(socket, room).await.expect("an arrival")
}

/// Closes a socket: whether its user has gone offline.
pub async fn close(store: &Store, socket: &Connection) -> bool {
    let now = socket.connected_at + SignedDuration::from_secs(1);
    !store.disconnect(socket, now).await.expect("the rooms that were left").is_empty()
}

/// A text to send.
pub fn draft(text: &str) -> Draft {
    let text = MessageText::try_from(text.to_owned()).expect("a text");
    Draft::new(Some(text), MessageType::Text, None).expect("something to send")
}

pub async fn add(
    store: &Store,
    room: RoomId,
    from: UserId,
    draft: Draft,
    key: Option<&SendKey>,
    now: Timestamp,
) -> Sending {
    let sending = store.add_message(room, profile(from.get()), draft, key, now).await;
    sending.expect("an outcome")
}

/// Sends a text: the message, `None` when the user is not a member.
pub async fn send(store: &Store, room: RoomId, from: UserId, text: &str) -> Option<Message> {
    match add(store, room, from, draft(text), None, at(1)).await {
        Sending::Stored(message) => Some(message),
        Sending::NotAMember => None,
        Sending::Repeated(earlier) => panic!("a send without a key repeats {earlier:?}"),
    }
}

impl Chat {
    /// How many messages a room has.
    pub async fn message_count(&self, room: RoomId) -> usize {
        let (mut after, mut count) = ("0".to_owned(), 0);
        loop {
            let mark = after.parse().expect("a mark");
            let page = self.messages_after(room, mark, Limit::default(), at(1_000)).await;
            let page = page.expect("a page");
            count += page.messages.len();
            match page.messages.last() {
                Some(last) if page.has_more => after = last.id.to_string(),
                _ => return count,
            }
        }
    }

    /// Closes a socket: whether its user has gone offline.
    pub async fn close(&self, socket: &Connection) -> bool {
        close(&self.store, socket).await
    }

    /// Sends a text: the message, `None` when the user is not a member.
    pub async fn send(&self, room: RoomId, from: UserId, text: &str) -> Option<Message> {
        send(&self.store, room, from, text).await
    }
}
