//! The guide's Kotlin and Swift clients, and several devices of one user, as clients of ours.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Reply, Socket, Stack, deadline::eventually, event};
use tokio_tungstenite::tungstenite::Message;

use super::account::{Account, accounts, guarded, trusting};

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
    let sent = reqwest::Client::new().execute(request).await.expect("an answer");
    assert_eq!(sent.status(), 200);
    assert_eq!(sent.headers()["content-type"], "application/json; charset=utf-8");
    let ticket: Value = serde_json::from_str(&sent.text().await.unwrap()).unwrap();
    assert_eq!(ticket["expiresIn"], 30);
    ticket["ticket"].as_str().expect("a ticket").to_owned()
}

#[tokio::test]
async fn a_client_like_the_guides_kotlin_chats() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.found().await;
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
    let room = ada.found().await;
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

#[tokio::test]
async fn several_devices_with_a_ticket_each_are_one_user() {
    let stack = trusting().start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let bob_account = Account::of(&stack, bob.clone());
    let mut witness = room.connect(&ada).await;

    let mut phone = bob_account.socket().await;
    let mut laptop = bob_account.socket().await;
    let mut tablet = bob_account.socket().await;
    witness.expect(&event::member_online(&room, &bob)).await;
    let message = json!({ "roomId": room.id, "content": "from my phone" }).to_string();
    phone.send(Message::text(message)).await;
    for device in [&mut phone, &mut laptop, &mut tablet] {
        device.expect(&bob_account.frame(room.id, 1, "from my phone")).await;
    }
    witness.expect(&event::message(&room, 1, &bob, "from my phone")).await;

    phone.close(1000, "").await;
    laptop.drop_network();
    room.send(&bob, "still here").await;
    tablet.expect(&bob_account.frame(room.id, 2, "still here")).await;
    witness.expect(&event::message(&room, 2, &bob, "still here")).await;

    tablet.close(1000, "").await;
    witness.expect(&event::member_offline(&room, &bob)).await;
}

#[tokio::test]
async fn a_client_that_lost_its_socket_comes_back_with_a_new_ticket_and_misses_nothing() {
    let stack = trusting().start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let account = Account::of(&stack, ada.clone());
    let mut socket = account.socket().await;
    room.send(&ada, "one").await;
    let last = seen(&mut socket).await;

    end_all_sockets(&stack).await;
    socket.closed().await;
    room.send(&ada, "two, while nobody listens").await;

    let mut again = account.socket().await;
    let path = room.path(&format!("/messages?after={last}"));
    let missed = account.get(&path).await.expect(200);
    let texts: Vec<&Value> =
        missed["data"].as_array().unwrap().iter().map(|message| &message["message"]).collect();
    assert_eq!(texts, ["two, while nobody listens"]);
    room.send(&ada, "three").await;
    again.expect(&account.frame(room.id, 3, "three")).await;
}

async fn seen(socket: &mut Socket) -> u64 {
    socket.next().await["id"].as_u64().expect("a message has an id")
}

/// The server closes every socket, as API Gateway does after two hours.
async fn end_all_sockets(stack: &Stack) {
    let open = async || -> Vec<String> {
        let listed: Reply = stack.get("/_edge/connections").await;
        let listed = listed.expect(200);
        let ids = listed.as_array().unwrap().iter();
        ids.map(|socket| socket["connectionId"].as_str().unwrap().to_owned()).collect()
    };
    for id in open().await {
        let end = stack.request(Method::DELETE, &format!("/prod/@connections/{id}"));
        stack.ask(end.header("authorization", "AWS4-HMAC-SHA256 test")).await;
    }
    eventually("no open socket", async || open().await.is_empty().then_some(())).await;
}
