//! The guide's requests as clients really send them, whatever the `Content-Type` says.

use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};
use tests::{Stack, event, shape::timeless};

#[tokio::test]
async fn a_body_is_json_whatever_the_content_type_says() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let body = json!({ "user_id": ada.id, "message": "안녕!" }).to_string();
    let types = [
        "application/json",
        "application/json; charset=utf-8",
        // Browsers' fetch and Dart's http send a string like this.
        "text/plain;charset=UTF-8",
        "text/plain; charset=utf-8",
        // curl -d without a header.
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "nonsense",
    ];
    for (id, kind) in (1..).zip(types) {
        let request = stack.request(Method::POST, &room.path("/messages"));
        let answer = stack.ask(request.header(CONTENT_TYPE, kind).body(body.clone())).await;
        let sent = answer.data(201, "Message sent successfully");
        assert_eq!(timeless(&sent), event::message_data(&room, id, &ada, "안녕!"), "{kind}");
    }
    let answer = stack.post_text(&room.path("/messages"), body).await;
    assert_eq!(answer.data(201, "Message sent successfully")["message"], "안녕!");
}

#[tokio::test]
async fn numbers_are_numbers_and_null_is_null_in_answers() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;

    let body =
        json!({ "user_id": ada.id, "message": "hi", "message_type": "text", "file_url": null });
    let answer = room.post("/messages", &body).await;

    assert!(answer.header("content-type").starts_with("application/json"));
    let data = answer.expect(201)["data"].clone();
    assert!(data["id"].is_u64() && data["user_id"].is_u64() && data["chat_room_id"].is_u64());
    assert_eq!((&data["file_url"], &data["is_read"]), (&Value::Null, &json!(false)));
}

#[tokio::test]
async fn the_demo_data_answers_the_guides_own_ids() {
    let stack = Stack::with().demo().start().await;
    let mut socket =
        stack.socket("/ws/chat/1?user_id=123").await.expect("123 is a member of room 1");
    let rooms = "/api/v1/chat/rooms/1";

    let sent = json!({ "user_id": 123, "message": "안녕하세요!", "message_type": "text", "file_url": null });
    let sent = stack.post(&format!("{rooms}/messages"), &sent).await.expect(201);
    assert_eq!(
        sent["data"]["user"],
        json!({ "id": 123, "email": "user@example.com", "name": "홍길동" })
    );
    assert_eq!(socket.next().await["data"], sent["data"]);

    let read = stack.post(&format!("{rooms}/read"), &json!({ "user_id": 3 })).await;
    assert_eq!(read.expect(200)["message"], "Messages marked as read");
    assert_eq!(socket.next().await["type"], "read");

    let added = stack.post(&format!("{rooms}/members"), &json!({ "user_id": 456 })).await;
    let added = added.data(201, "Member added successfully");
    assert_eq!((&added["id"], &added["user"]["name"]), (&json!(10), &json!("이영희")));
    assert_eq!(socket.next().await["data"], added);

    let removed = stack.delete(&format!("{rooms}/members/456")).await;
    assert_eq!(removed.expect(200)["message"], "Member removed successfully");
    assert_eq!(
        socket.next().await,
        json!({
            "type": "member_leave", "room_id": 1, "user_id": 456, "data": { "user_id": 456 },
        })
    );
}

#[tokio::test]
async fn every_user_of_the_guides_is_in_the_demo() {
    let stack = Stack::with().demo().start().await;
    let mut open = Vec::new();
    for member in [123, 1, 2, 3, 4, 5, 6, 7, 8] {
        let path = format!("/ws/chat/1?user_id={member}");
        let mut socket = stack.socket(&path).await.expect("a member of room 1");
        let body = json!({ "user_id": member, "message": "here" });
        let sent = stack.post("/api/v1/chat/rooms/1/messages", &body).await.expect(201);
        assert_eq!(socket.next().await["data"], sent["data"]);
        open.push(socket);
    }
    for (id, user) in (10..).zip([456, 789]) {
        let added = stack.post("/api/v1/chat/rooms/1/members", &json!({ "user_id": user })).await;
        assert_eq!(added.expect(201)["data"]["id"], id);
    }
}
