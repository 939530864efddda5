//! The guide's Kotlin and Swift clients, as clients of ours. Its JavaScript runs as written, in `guide`.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Account, Stack,
    account::{accounts, guarded},
    tls,
};
use tokio_tungstenite::tungstenite::Message;

/// `POST /chat/ticket` as each platform sends it: no body, and nothing that says what it is.
async fn ticket(stack: &Stack, account: &Account, body: Option<&'static str>) -> String {
    let request = stack.request(Method::POST, "/chat/ticket");
    let request = request.header("accessToken", &account.token);
    let request = match body {
        Some(body) => request.body(body),
        None => request,
    };
    let request = request.build().expect("a request");
    assert!(!request.headers().contains_key("content-type"));
    let sent =
        tls::http_client().build().expect("a client").execute(request).await.expect("an answer");
    assert_eq!(sent.status(), 200);
    assert_eq!(sent.headers()["content-type"], "application/json; charset=utf-8");
    let ticket: Value = serde_json::from_str(&sent.text().await.expect("a body")).expect("JSON");
    assert_eq!(ticket["expiresIn"], 30);
    ticket["ticket"].as_str().expect("a ticket").to_owned()
}

#[tokio::test]
async fn a_client_like_the_guides_kotlin_chats() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let mut witness = bob.socket().await;

    // OkHttp: `"".toRequestBody()` has a length of 0 and no media type.
    let ticket = ticket(&stack, &ada, Some("")).await;
    let mut socket = stack.socket(&format!("/chat?ticket={ticket}")).await.unwrap();
    let message = json!({ "roomId": room, "content": "안드로이드" }).to_string();
    socket.send(Message::text(message)).await;

    socket.expect(&ada.frame(room, 1, "안드로이드")).await;
    witness.expect(&ada.frame(room, 1, "안드로이드")).await;
    socket.close(1000, "User disconnected").await;
}

#[tokio::test]
async fn a_client_like_the_guides_swift_chats() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let mut witness = bob.socket().await;

    // URLSession: no body at all. JSONEncoder leaves out what is nil, and escapes slashes.
    let ticket = ticket(&stack, &ada, None).await;
    let mut socket = stack.socket(&format!("/chat?ticket={ticket}")).await.unwrap();
    let data = format!(r#"{{"content":"아이폰 1\/2","roomId":{room}}}"#);
    socket.send(Message::binary(data.into_bytes())).await;

    socket.expect(&ada.frame(room, 1, "아이폰 1/2")).await;
    witness.expect(&ada.frame(room, 1, "아이폰 1/2")).await;
    // `cancel(with: .goingAway, reason: nil)`
    socket.close(1001, "").await;
}
