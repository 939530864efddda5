//! The table's stream: item changes as what happened in the chat.

use serde::{Deserialize, de::DeserializeOwned};
use serde_dynamo::Item;

use super::{
    GoneReport, StoreError,
    history::Stored,
    keys::{Key, Kind},
};
use crate::domain::{Connection, Member, MessageId, ReadMark, RoomId, UserId};

/// What a record of the stream says was done to the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Insert,
    Modify,
    Remove,
}

/// A record of the stream. Its images are empty where there was or is no item.
#[derive(Debug, Clone)]
pub struct ChangeRecord {
    pub action: Action,
    pub keys: Item,
    pub old: Item,
    pub new: Item,
}

/// Something that happened, of which the rooms have to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    MemberAdded(Member),
    MemberRemoved {
        room: RoomId,
        user: UserId,
    },
    /// The user came online in the room, or went offline.
    Presence {
        room: RoomId,
        user: UserId,
    },
    Read(ReadMark),
    /// A broadcast found these sockets gone.
    FoundGone(GoneReport),
    /// A broadcast shall go on.
    HandedOver(RoomId),
    /// A message was stored, or its broadcast is to be looked after once more.
    ToBeBroadcast {
        room: RoomId,
        message: MessageId,
    },
    /// A socket was opened, or is to be looked at once more.
    Connected(Connection),
    /// A socket was forgotten: closed, found gone, or expired.
    Disconnected(Connection),
}

/// The two functions that read the stream. Lambda gives each the records that its mapping in the
/// template lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Announces and finishes, at once.
    FanOut,
    /// Checks some seconds later what should have happened by then.
    Recheck,
}

impl Change {
    /// Which function processes it.
    #[must_use]
    pub fn reader(&self) -> Reader {
        match self {
            Self::MemberAdded(_)
            | Self::MemberRemoved { .. }
            | Self::Presence { .. }
            | Self::Read(_)
            | Self::FoundGone(_)
            | Self::HandedOver(_)
            | Self::Disconnected(_) => Reader::FanOut,
            Self::ToBeBroadcast { .. } | Self::Connected(_) => Reader::Recheck,
        }
    }
}

impl ChangeRecord {
    /// The partition of the item.
    pub fn partition(&self) -> Result<String, StoreError> {
        Ok(self.key()?.pk)
    }

    /// What happened, `None` for changes of which nobody hears.
    pub fn change(self) -> Result<Option<Change>, StoreError> {
        let key = self.key()?;
        let Self { action, old, new, .. } = self;
        Ok(Some(match (key.kind(), action) {
            (Kind::Member, Action::Insert) => Change::MemberAdded(parse(new)?),
            (Kind::Member, Action::Remove) => {
                let member: Member = parse(old)?;
                Change::MemberRemoved { room: member.room_id, user: member.user_id }
            }
            (Kind::Presence, Action::Insert | Action::Remove) => {
                let (room, user) = key.presence_of()?;
                Change::Presence { room, user }
            }
            (Kind::Read, Action::Insert | Action::Modify) => Change::Read(parse(new)?),
            (Kind::Gone, Action::Insert) => Change::FoundGone(parse(new)?),
            (Kind::Handover, Action::Insert | Action::Modify) => {
                Change::HandedOver(parse::<Note>(new)?.room_id)
            }
            (Kind::Watch, Action::Insert | Action::Modify) => {
                let note: Watch = parse(new)?;
                Change::ToBeBroadcast { room: note.room_id, message: note.message_id }
            }
            (Kind::Message, Action::Insert) => match parse(new)? {
                Stored::Message(message) => {
                    Change::ToBeBroadcast { room: message.room_id, message: message.id }
                }
                Stored::Void { .. } => return Ok(None),
            },
            (Kind::Connection, Action::Insert | Action::Modify) => Change::Connected(parse(new)?),
            (Kind::Connection, Action::Remove) => Change::Disconnected(parse(old)?),
            (
                Kind::Member
                | Kind::Presence
                | Kind::Read
                | Kind::Gone
                | Kind::Handover
                | Kind::Watch
                | Kind::Message
                | Kind::Other,
                _,
            ) => return Ok(None),
        }))
    }

    fn key(&self) -> Result<Key, StoreError> {
        parse(self.keys.clone())
    }
}

fn parse<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    Ok(serde_dynamo::from_item(item)?)
}

#[derive(Deserialize)]
struct Note {
    room_id: RoomId,
}

#[derive(Deserialize)]
struct Watch {
    room_id: RoomId,
    message_id: MessageId,
}
