//! Input that breaks a rule: a clear error every time, never a 500, a hang or an SDK's words.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Reply, Room, Stack, User, user::fresh_id};

/// A room with one member, and a user who is none.
async fn scene() -> (Stack, Room, User, User) {
    let stack = Stack::start().await;
    let [member, stranger] = stack.users().await;
    let room = stack.room(&[&member]).await;
    (stack, room, member, stranger)
}

/// The refusal's message, which must name the field.
fn names(answer: &Reply, field: &str, input: &Value) {
    let message = answer.refusal(422);
    assert!(message.contains(field), "{input}: {field} is not named in {message:?}");
}

/// The base with one field set to another value, or left out when that is null-like.
fn with(base: &Value, field: &str, value: Option<Value>) -> Value {
    let mut body = base.clone();
    let fields = body.as_object_mut().expect("a body is an object");
    match value {
        Some(value) => fields.insert(field.to_owned(), value),
        None => fields.remove(field),
    };
    body
}

fn no_ids() -> Vec<Option<Value>> {
    let wrong = [
        json!(0),
        json!(-1),
        json!(1.5),
        json!("abc"),
        json!(""),
        json!(true),
        json!([1]),
        json!({}),
        json!(null),
        json!(1e300),
        json!(18_446_744_073_709_551_615_u64),
    ];
    wrong.into_iter().map(Some).chain([None]).collect()
}

fn no_texts(longer_than_allowed: usize) -> Vec<Option<Value>> {
    let long = "가".repeat(longer_than_allowed);
    let wrong = [json!(""), json!("  \n "), json!(5), json!(null), json!(["a"]), json!(long)];
    wrong.into_iter().map(Some).chain([None]).collect()
}

#[tokio::test]
async fn a_broken_field_of_a_message_is_named() {
    let (_stack, room, member, _) = scene().await;
    let good = json!({
        "user_id": member.id, "message": "hi", "message_type": "text", "file_url": null,
    });
    let types = ["sticker", "TEXT", ""].map(|kind| Some(json!(kind)));
    let broken = [
        ("user_id", no_ids()),
        ("message", no_texts(16_001)),
        ("message_type", [types.to_vec(), vec![Some(json!(1)), Some(json!([]))]].concat()),
        ("file_url", vec![Some(json!(7)), Some(json!({})), Some(json!("u".repeat(20_000)))]),
    ];
    for (field, values) in broken {
        for value in values {
            let body = with(&good, field, value);
            names(&room.post("/messages", &body).await, field, &body);
        }
    }
    assert_eq!(room.send(&member, "first").await["id"], 1, "nothing was stored");
}

#[tokio::test]
async fn a_broken_user_id_is_named_by_every_route_that_takes_one() {
    let (stack, room, member, _) = scene().await;
    let rooms = "/api/v1/chat/rooms".to_owned();
    for path in [room.path("/messages"), room.path("/read"), room.path("/members"), rooms] {
        let good = json!({ "user_id": member.id, "message": "hi", "name": "room" });
        for value in no_ids() {
            let body = with(&good, "user_id", value);
            names(&stack.post(&path, &body).await, "user_id", &body);
        }
    }
}

#[tokio::test]
async fn a_broken_name_of_a_room_or_a_profile_is_named() {
    let (stack, _, member, _) = scene().await;
    let room = json!({ "user_id": member.id, "name": "room" });
    let profile = json!({ "name": "name", "email": "a@example.com", "username": "a" });
    let path = format!("/api/v1/chat/users/{}", fresh_id());
    for value in no_texts(101) {
        let body = with(&room, "name", value.clone());
        names(&stack.post("/api/v1/chat/rooms", &body).await, "name", &body);
        let body = with(&profile, "name", value);
        names(&stack.put(&path, &body).await, "name", &body);
    }
    for field in ["email", "username", "profile_image"] {
        for value in [json!(5), json!([]), json!("x".repeat(20_000))] {
            let body = with(&profile, field, Some(value));
            names(&stack.put(&path, &body).await, field, &body);
        }
    }
}

#[tokio::test]
async fn what_is_not_json_is_unreadable() {
    let (stack, room, member, _) = scene().await;
    let rooms = "/api/v1/chat/rooms".to_owned();
    let unreadable = ["", "{", "hello", "{\"user_id\": 1,}", "user_id=1&message=a", "\u{0}"];
    for path in [room.path("/messages"), room.path("/read"), room.path("/members"), rooms] {
        for body in unreadable {
            stack.post_text(&path, body).await.refusal(400);
        }
    }
    let broken_utf8 = stack.request(Method::POST, &room.path("/read")).body(vec![b'"', 0xff, b'"']);
    stack.ask(broken_utf8).await.refusal(400);
    let path = format!("/api/v1/chat/users/{}", member.id);
    let put = stack.request(Method::PUT, &path).body("{");
    stack.ask(put).await.refusal(400);
}

#[tokio::test]
async fn json_that_is_no_object_is_refused() {
    let (stack, room, ..) = scene().await;
    for body in ["[]", "1", "null", "\"text\"", "true"] {
        let answer = stack.post_text(&room.path("/messages"), body).await;
        assert!([400, 422].contains(&answer.status), "{body} gave {answer:?}");
        answer.refusal(answer.status);
    }
}

#[tokio::test]
async fn ids_in_a_path_must_be_positive_integers() {
    let (stack, room, member, _) = scene().await;
    let body = json!({ "user_id": member.id, "message": "hi", "name": "name" });
    for id in ["0", "-1", "abc", "1.5", "%31x", "99999999999999999999999", "1%2F2", "%20", "+1"] {
        for rest in ["messages", "read", "members"] {
            stack.post(&format!("/api/v1/chat/rooms/{id}/{rest}"), &body).await.refusal(400);
        }
        stack.get(&format!("/api/v1/chat/rooms/{id}/members")).await.refusal(400);
        stack.delete(&room.path(&format!("/members/{id}"))).await.refusal(400);
        stack.put(&format!("/api/v1/chat/users/{id}"), &body).await.refusal(400);
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let (stack, room, member, stranger) = scene().await;
    let body = json!({ "user_id": member.id, "message": "hi", "name": "name" });
    let nowhere = format!("/api/v1/chat/rooms/{}", fresh_id());
    for rest in ["messages", "read", "members"] {
        stack.post(&format!("{nowhere}/{rest}"), &body).await.refusal(404);
    }
    stack.get(&format!("{nowhere}/members")).await.refusal(404);
    stack.delete(&format!("{nowhere}/members/{}", member.id)).await.refusal(404);
    room.remove(&stranger).await.refusal(404);

    let nobody = json!({ "user_id": fresh_id(), "message": "hi", "name": "name" });
    for path in [room.path("/messages"), room.path("/members"), "/api/v1/chat/rooms".to_owned()] {
        stack.post(&path, &nobody).await.refusal(404);
    }
}

#[tokio::test]
async fn who_is_not_a_member_is_forbidden_to_write() {
    let (_stack, room, _, stranger) = scene().await;
    let body = json!({ "user_id": stranger.id, "message": "hi" });
    room.post("/messages", &body).await.refusal(403);
    room.post("/read", &body).await.refusal(403);
}

#[tokio::test]
async fn a_body_over_128_kilobytes_is_too_large() {
    let (stack, room, member, _) = scene().await;
    let large = json!({ "user_id": member.id, "message": "a".repeat(128 * 1024) });
    let profile = json!({ "name": "a".repeat(128 * 1024) });

    room.post("/messages", &large).await.refusal(413);
    room.post("/read", &large).await.refusal(413);
    stack.put(&format!("/api/v1/chat/users/{}", member.id), &profile).await.refusal(413);
}

#[tokio::test]
async fn unknown_fields_are_ignored() {
    let (_stack, room, member, _) = scene().await;
    let body = json!({ "user_id": member.id, "message": "hi", "mood": "good", "tags": [1, {}] });
    assert_eq!(room.post("/messages", &body).await.expect(201)["data"]["message"], "hi");
}
