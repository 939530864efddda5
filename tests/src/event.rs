//! The six events of the guide as they must arrive, with times masked.

use serde_json::{Value, json};

use crate::{Room, User, shape::TIME};

/// `message`: the text with this id by this user.
#[must_use]
pub fn message(room: &Room, id: u64, author: &User, text: &str) -> Value {
    event("message", room, author, &message_data(room, id, author, text))
}

/// The `data` of a plain text message, in the event and in the answer to its sender.
#[must_use]
pub fn message_data(room: &Room, id: u64, author: &User, text: &str) -> Value {
    json!({
        "id": id, "chat_room_id": room.id, "user_id": author.id, "message": text,
        "message_type": "text", "file_url": null, "is_read": false,
        "created_at": TIME, "updated_at": TIME, "user": author.view(),
    })
}

/// The same message, whose sender gave it this name.
#[must_use]
pub fn named(mut message: Value, key: &str) -> Value {
    let data = if message["type"] == "message" { &mut message["data"] } else { &mut message };
    data["client_message_id"] = key.into();
    message
}

/// `read`: the user has read everything up to this message.
#[must_use]
pub fn read(room: &Room, user: &User, message: u64) -> Value {
    let data = json!({ "user_id": user.id, "last_read_at": TIME, "last_read_message_id": message });
    event("read", room, user, &data)
}

/// `member_join`: the user is the room's member with this number.
#[must_use]
pub fn member_join(room: &Room, number: u64, user: &User) -> Value {
    event("member_join", room, user, &member_data(room, number, user))
}

/// The `data` of a new member, in the event and in the answer to the request.
#[must_use]
pub fn member_data(room: &Room, number: u64, user: &User) -> Value {
    json!({
        "id": number, "chat_room_id": room.id, "user_id": user.id, "role": "member",
        "joined_at": TIME, "last_read_at": null, "unread_count": 0, "created_at": TIME,
        "user": user.view(),
    })
}

/// `member_leave`: the user is no member any more.
#[must_use]
pub fn member_leave(room: &Room, user: &User) -> Value {
    event("member_leave", room, user, &json!({ "user_id": user.id }))
}

/// `member_online`: the user's first socket is open.
#[must_use]
pub fn member_online(room: &Room, user: &User) -> Value {
    event("member_online", room, user, &json!({ "user_id": user.id, "status": "online" }))
}

/// `member_offline`: the user's last socket is gone.
#[must_use]
pub fn member_offline(room: &Room, user: &User) -> Value {
    event("member_offline", room, user, &json!({ "user_id": user.id, "status": "offline" }))
}

fn event(kind: &str, room: &Room, user: &User, data: &Value) -> Value {
    json!({ "type": kind, "room_id": room.id, "user_id": user.id, "data": data })
}
