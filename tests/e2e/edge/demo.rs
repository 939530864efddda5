//! The demo data that a fresh start loads: the guides' examples work on it.

use reqwest::Method;
use serde_json::json;
use tests::{Stack, token};

#[tokio::test]
async fn the_demo_data_answers_the_guides_own_ids() {
    let stack = Stack::with().demo().start().await;
    stack.quiet().await;
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
        stack.quiet().await;
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

#[tokio::test]
async fn the_demo_loads_in_both_modes_and_the_machines_own_token_opens_it() {
    let token = token::local(&["--user", "2"]);
    for mode in ["trusted", "required"] {
        let stack = Stack::with().demo().args(["--auth", mode]).start().await;
        let printed = stack.edge.log.text();
        assert!(!printed.contains("incomplete"), "{mode}: {printed}");
        let members = stack.request(Method::GET, "/api/v1/chat/rooms/1/members");
        let members = stack.ask(members.header("accessToken", &token)).await.expect(200);
        assert_eq!(members["data"].as_array().unwrap().len(), 9, "{mode}");

        let request = stack.request(Method::POST, "/chat/ticket");
        let ticket = stack.ask(request.header("accessToken", &token)).await.expect(200);
        let path = format!("/chat?ticket={}", ticket["ticket"].as_str().unwrap());
        let mut socket = stack.socket(&path).await.unwrap();
        let message = stack.request(Method::POST, "/api/v1/chat/rooms/1/messages");
        let message = message.json(&json!({ "user_id": 2, "message": "안녕하세요!" }));
        stack.ask(message.header("accessToken", &token)).await.expect(201);
        assert_eq!(socket.next().await["content"], "안녕하세요!", "{mode}");
    }
}
