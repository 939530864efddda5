//! A sender recognises its own message by the name that it gave it.

use reqwest::Method;
use serde_json::json;
use tests::{
    Account,
    account::{accounts, guarded},
};

#[tokio::test]
async fn a_messages_own_name_comes_back_in_both_dialects_the_answer_and_the_history() {
    let stack = guarded().start().await;
    let [ada, bob]: [Account; 2] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let (mut hers, mut his) = (ada.socket().await, bob.room_socket(room).await);
    let path = format!("/api/v1/chat/rooms/{room}/messages");

    let frame = json!({ "roomId": room, "content": "a frame", "clientMessageId": "mine-1" });
    hers.send(frame.to_string()).await;
    assert_eq!(hers.next().await["clientMessageId"], "mine-1");
    assert_eq!(his.next().await["data"]["client_message_id"], "mine-1");

    let request = stack.request(Method::POST, &path).header("accessToken", &ada.token);
    let body = json!({ "user_id": ada.id(), "message": "a request" });
    let request = request.header("Idempotency-Key", "mine-2").json(&body);
    let answer = stack.ask(request).await.expect(201);
    assert_eq!(answer["data"]["client_message_id"], "mine-2");
    assert_eq!(hers.next().await["clientMessageId"], "mine-2");
    assert_eq!(his.next().await["data"]["client_message_id"], "mine-2");

    ada.send(room, "without a name").await.expect(201);
    assert!(hers.next().await.get("clientMessageId").is_none());
    assert!(his.next().await["data"].get("client_message_id").is_none());

    let history = bob.get(&format!("{path}?after=0")).await.expect(200);
    let names: Vec<_> = (0..3).map(|at| history["data"][at].get("client_message_id")).collect();
    assert_eq!(names, [Some(&json!("mine-1")), Some(&json!("mine-2")), None]);
}
