//! The six frames of the room guide, field by field.

use serde_json::{Value, json};
use shared::domain::{
    Event, Member, MemberId, Message, MessageId, MessageText, MessageType, Profile, Role, RoomId,
    SendKey, Url, UserId,
};

use crate::world::{Scene, at, profile, user};

/// Bytes that `PostToConnection` takes.
const LARGEST_POST: usize = 131_072;

/// What a socket of the room gets for the event.
async fn frame_of(event: impl FnOnce(RoomId) -> Event) -> Value {
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    assert_eq!(room.get(), 1, "the guide's room");
    let socket = scene.open(room, 1, "socket=").await;
    scene.broadcast(event(room)).await;
    scene.stage.frames(&socket).pop().expect("a frame")
}

fn sent(room_id: RoomId, author: u64) -> Message {
    Message {
        id: MessageId::try_from(15).expect("an id"),
        room_id,
        text: "안녕하세요!".to_owned(),
        kind: MessageType::Text,
        file_url: None,
        created_at: at(0),
        author: profile(author),
        client_message_id: None,
    }
}

fn joined(room_id: RoomId, user_id: UserId) -> Member {
    Member {
        id: MemberId::try_from(10).expect("an id"),
        room_id,
        user_id,
        role: Role::Member,
        joined_at: at(600),
        last_read_at: None,
        last_read_message_id: 15,
        announced_read_id: None,
        sends_drained_at: None,
    }
}

#[tokio::test]
async fn a_message_is_broadcast_as_the_guide_shows_it() {
    let frame = frame_of(|room| Event::Message(sent(room, 2))).await;

    let expected = json!({
        "type": "message",
        "room_id": 1,
        "user_id": 2,
        "data": {
            "id": 15,
            "chat_room_id": 1,
            "user_id": 2,
            "message": "안녕하세요!",
            "message_type": "text",
            "file_url": null,
            "is_read": false,
            "created_at": "2024-11-13T16:30:00Z",
            "updated_at": "2024-11-13T16:30:00Z",
            "user": { "id": 2, "email": "user2@example.com", "name": "김철수" },
        },
    });
    assert_eq!(frame, expected);
}

#[tokio::test]
async fn a_file_is_broadcast_with_its_kind_and_place() {
    let file_url = Url::try_from("https://example.com/cat.png".to_owned()).ok();
    for (kind, word) in [
        (MessageType::Image, "image"),
        (MessageType::Video, "video"),
        (MessageType::Audio, "audio"),
        (MessageType::File, "file"),
    ] {
        let (text, file_url) = (String::new(), file_url.clone());
        let frame =
            frame_of(|room| Event::Message(Message { kind, text, file_url, ..sent(room, 2) }))
                .await;

        let data = &frame["data"];
        assert_eq!((&data["message"], &data["message_type"]), (&json!(""), &json!(word)));
        assert_eq!(data["file_url"], "https://example.com/cat.png");
    }
}

#[tokio::test]
async fn a_message_carries_its_senders_own_name_for_it() {
    let key: SendKey = "3fa85f64".parse().unwrap();
    let named = |room| Message { client_message_id: Some(key.clone()), ..sent(room, 2) };

    let frame = frame_of(|room| Event::Message(named(room))).await;

    assert_eq!(frame["data"]["client_message_id"], "3fa85f64");
    let scene = Scene::start().await;
    let room = scene.chat.room_of(&[1]).await;
    let phone = scene.enter(1, "phone=").await;
    for message in [named(room), sent(room, 2)] {
        scene.broadcast(Event::Message(message)).await;
    }
    let frames = scene.stage.frames(&phone);
    let echoes: Vec<_> = frames.iter().map(|frame| frame["clientMessageId"].as_str()).collect();
    assert_eq!(echoes, [Some("3fa85f64"), None]);
}

#[tokio::test]
async fn who_shares_no_address_has_null_there() {
    let author = Profile { email: None, ..profile(2) };
    let frame = frame_of(|room| Event::Message(Message { author, ..sent(room, 2) })).await;
    assert_eq!(frame["data"]["user"], json!({ "id": 2, "email": null, "name": "김철수" }));
}

#[tokio::test]
async fn a_reading_is_broadcast_as_the_guide_shows_it() {
    let frame =
        frame_of(|room| Event::Read { room, user: user(3), last_read_message_id: 15, at: at(300) })
            .await;

    let expected = json!({
        "type": "read",
        "room_id": 1,
        "user_id": 3,
        "data": {
            "user_id": 3,
            "last_read_at": "2024-11-13T16:35:00Z",
            "last_read_message_id": 15,
        },
    });
    assert_eq!(frame, expected);
}

#[tokio::test]
async fn a_joining_is_broadcast_as_the_guide_shows_it() {
    let join = |room| Event::MemberJoin { member: joined(room, user(5)), profile: profile(5) };
    let frame = frame_of(join).await;

    let expected = json!({
        "type": "member_join",
        "room_id": 1,
        "user_id": 5,
        "data": {
            "id": 10,
            "chat_room_id": 1,
            "user_id": 5,
            "role": "member",
            "joined_at": "2024-11-13T16:40:00Z",
            "last_read_at": null,
            "unread_count": 0,
            "created_at": "2024-11-13T16:40:00Z",
            "user": { "id": 5, "email": "user5@example.com", "name": "김철수" },
        },
    });
    assert_eq!(frame, expected);
}

#[tokio::test]
async fn a_leaving_is_broadcast_as_the_guide_shows_it() {
    let frame = frame_of(|room| Event::MemberLeave { room, user: user(5) }).await;

    let expected =
        json!({ "type": "member_leave", "room_id": 1, "user_id": 5, "data": { "user_id": 5 } });
    assert_eq!(frame, expected);
}

#[tokio::test]
async fn coming_and_going_is_broadcast_as_the_guide_shows_it() {
    let online = frame_of(|room| Event::MemberOnline { room, user: user(4) }).await;
    let offline = frame_of(|room| Event::MemberOffline { room, user: user(4) }).await;

    let expected = |kind, status| {
        let data = json!({ "user_id": 4, "status": status });
        json!({ "type": kind, "room_id": 1, "user_id": 4, "data": data })
    };
    assert_eq!(online, expected("member_online", "online"));
    assert_eq!(offline, expected("member_offline", "offline"));
}

#[tokio::test]
async fn times_are_in_whole_seconds() {
    let created_at = "2024-11-13T16:30:00.987654321Z".parse().unwrap();
    let frame = frame_of(|room| Event::Message(Message { created_at, ..sent(room, 2) })).await;
    assert_eq!(frame["data"]["created_at"], "2024-11-13T16:30:00Z");
}

#[tokio::test]
async fn the_longest_message_fits_into_a_post_whatever_its_characters_are() {
    for character in ['a', '\u{1}', '"', '가', '😀'] {
        let text = MessageText::try_from(character.to_string().repeat(16_000)).unwrap().into();
        let file_url = Url::try_from(format!("https://example.com/{}", "a".repeat(2_028))).ok();
        assert!(file_url.is_some());
        let longest = |room| Event::Message(Message { text, file_url, ..sent(room, 2) });
        let frame = frame_of(longest).await;
        let size = frame.to_string().len();
        assert!(size <= LARGEST_POST, "{character:?} makes {size} bytes");
    }
}
