//! How a user, a member, a message and a room look in answers and frames of the room guide.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::domain::{
    Email, Member, Message, MessageType, Profile, Role, Room, SendKey, Url, Username, Viewer,
};

/// A time as the guides write it: UTC in whole seconds, `2024-11-13T16:30:00Z`. Swift's
/// `ISO8601DateFormatter` reads no fractions unless it is told to.
#[derive(Debug, Clone, Copy)]
pub struct Seconds(pub Timestamp);

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

/// A user inside a message or a member.
#[derive(Debug, Serialize)]
pub struct UserView<'a> {
    id: u64,
    email: Option<&'a str>,
    name: &'a str,
}

impl<'a> UserView<'a> {
    fn new(profile: &'a Profile, viewer: Viewer) -> Self {
        Self {
            id: profile.id.get(),
            email: profile.email_for(viewer).map(Email::as_str),
            name: profile.name.as_str(),
        }
    }
}

/// A profile by itself.
#[derive(Debug, Serialize)]
pub struct ProfileView<'a> {
    #[serde(flatten)]
    user: UserView<'a>,
    username: Option<&'a str>,
    profile_image: Option<&'a str>,
}

impl<'a> ProfileView<'a> {
    #[must_use]
    pub fn new(profile: &'a Profile, viewer: Viewer) -> Self {
        Self {
            user: UserView::new(profile, viewer),
            username: profile.username.as_ref().map(Username::as_str),
            profile_image: profile.profile_image.as_ref().map(Url::as_str),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct MessageView<'a> {
    id: u64,
    chat_room_id: u64,
    user_id: u64,
    message: &'a str,
    message_type: MessageType,
    file_url: Option<&'a str>,
    is_read: bool,
    created_at: Seconds,
    updated_at: Seconds,
    user: UserView<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_message_id: Option<&'a str>,
}

impl<'a> MessageView<'a> {
    /// The same with what is known of its readers.
    #[must_use]
    pub fn read_by_all(self, is_read: bool) -> Self {
        Self { is_read, ..self }
    }

    /// A message that nobody has read yet.
    #[must_use]
    pub fn new(message: &'a Message, viewer: Viewer) -> Self {
        Self {
            id: message.id.get(),
            chat_room_id: message.room_id.get(),
            user_id: message.author.id.get(),
            message: &message.text,
            message_type: message.kind,
            file_url: message.file_url.as_ref().map(Url::as_str),
            is_read: false,
            created_at: Seconds(message.created_at),
            updated_at: Seconds(message.created_at),
            user: UserView::new(&message.author, viewer),
            client_message_id: message.client_message_id.as_ref().map(SendKey::as_str),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct MemberView<'a> {
    id: u64,
    chat_room_id: u64,
    user_id: u64,
    role: Role,
    joined_at: Seconds,
    last_read_at: Option<Seconds>,
    unread_count: u64,
    created_at: Seconds,
    user: UserView<'a>,
}

impl<'a> MemberView<'a> {
    /// A member of a room whose newest message is `last_message_id`.
    #[must_use]
    pub fn new(
        member: &Member,
        profile: &'a Profile,
        last_message_id: u64,
        viewer: Viewer,
    ) -> Self {
        Self {
            id: member.id.get(),
            chat_room_id: member.room_id.get(),
            user_id: member.user_id.get(),
            role: member.role,
            joined_at: Seconds(member.joined_at),
            last_read_at: member.last_read_at.map(Seconds),
            unread_count: member.unread_count(last_message_id),
            created_at: Seconds(member.joined_at),
            user: UserView::new(profile, viewer),
        }
    }

    /// A member who has just joined.
    #[must_use]
    pub fn joining(member: &Member, profile: &'a Profile, viewer: Viewer) -> Self {
        Self::new(member, profile, member.last_read_message_id, viewer)
    }
}

/// A member in a list, with presence.
#[derive(Debug, Serialize)]
pub struct ListedMemberView<'a> {
    #[serde(flatten)]
    pub member: MemberView<'a>,
    /// Whether the member has a live socket in the room.
    pub online: bool,
}

#[derive(Debug, Serialize)]
pub struct RoomView<'a> {
    id: u64,
    name: &'a str,
    created_by: u64,
    member_count: u64,
    last_message_id: u64,
    created_at: Seconds,
}

impl<'a> From<&'a Room> for RoomView<'a> {
    fn from(room: &'a Room) -> Self {
        Self {
            id: room.id.get(),
            name: room.name.as_str(),
            created_by: room.created_by.get(),
            member_count: room.member_count,
            last_message_id: room.last_message_id,
            created_at: Seconds(room.created_at),
        }
    }
}

/// A room in the list of a user's rooms.
#[derive(Debug, Serialize)]
pub struct ListedRoomView<'a> {
    #[serde(flatten)]
    room: RoomView<'a>,
    role: Role,
    unread_count: u64,
    last_read_message_id: u64,
    last_message: Option<MessageView<'a>>,
}

impl<'a> ListedRoomView<'a> {
    /// A room as its member sees it.
    #[must_use]
    pub fn new(
        room: &'a Room,
        member: &Member,
        last_message: Option<&'a Message>,
        viewer: Viewer,
    ) -> Self {
        Self {
            room: room.into(),
            role: member.role,
            unread_count: member.unread_count(room.last_message_id),
            last_read_message_id: member.last_read_message_id,
            last_message: last_message.map(|message| MessageView::new(message, viewer)),
        }
    }
}
