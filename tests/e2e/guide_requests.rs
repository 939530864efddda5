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
