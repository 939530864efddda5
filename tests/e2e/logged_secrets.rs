//! Nothing that is a secret between a client and the chat is in any line that is logged.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use tests::{
    Account, Stack,
    account::{accounts, guarded, trusting},
    stack::Options,
    token::{SECRET, claims, signed},
};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

/// What everybody says here. Letters only, so that no encoding of a log changes it.
const TEXT: &str = "wordsbetweenus";

/// Everything that must not be logged.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    fn keep(&mut self, secret: impl Into<String>) -> String {
        let secret = secret.into();
        self.0.push(secret.clone());
        secret
    }

    async fn ticket(&mut self, account: &Account) -> String {
        self.keep(account.token.clone());
        self.keep(account.ticket().await)
    }
}

/// All kinds of things, good and bad, over both dialects.
async fn live(stack: &Stack, secrets: &mut Secrets) {
    let [ada, bob] = accounts(stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let path = format!("/chat?ticket={}", secrets.ticket(&ada).await);
    let mut socket = stack.socket(&path).await.expect("a socket");
    let room_path = format!("/ws/chat/{room}?ticket={}", secrets.ticket(&bob).await);
    let mut in_room = stack.socket(&room_path).await.expect("a socket");

    ada.send(room, TEXT).await.expect(201);
    for frame in [
        json!({ "roomId": room, "content": TEXT, "clientMessageId": Uuid::new_v4() }).to_string(),
        json!({ "roomId": room, "content": TEXT.repeat(2_000) }).to_string(),
        json!({ "roomId": 999_999, "content": TEXT }).to_string(),
        json!({ "roomId": TEXT, "content": TEXT }).to_string(),
        TEXT.to_owned(),
        format!("{{\"roomId\": {TEXT}"),
    ] {
        socket.send(Message::text(frame.clone())).await;
        socket.send(Message::binary(frame.into_bytes())).await;
    }
    in_room.send(Message::text(TEXT)).await;
    // Both answers to each frame: six frames are sent twice, the message over HTTP comes too.
    for _ in 0..12 {
        socket.next().await;
    }

    let bodies = [
        json!({ "user_id": ada.id(), "message": TEXT.repeat(2_000) }).to_string(),
        json!({ "user_id": ada.id(), "message": [TEXT] }).to_string(),
        json!({ "user_id": ada.id(), "message": TEXT, "message_type": TEXT }).to_string(),
        format!("{{\"message\": \"{TEXT}"),
    ];
    let messages = format!("/api/v1/chat/rooms/{room}/messages");
    for body in bodies {
        let request = stack.request(Method::POST, &messages).header("accessToken", &ada.token);
        stack.ask(request.body(body)).await;
    }
    ada.get(&messages).await.expect(200);
    refused(stack, secrets, &path, room).await;
    ada.remove(room, &bob).await.expect(200);
    in_room.rest().await;
    socket.drop_network();
}

/// Tokens and tickets that are not good are no less secret: they may be good elsewhere.
async fn refused(stack: &Stack, secrets: &mut Secrets, used: &str, room: u64) {
    let mut expired = claims(1);
    expired["exp"] = 1_000_000_000.into();
    let tokens = [signed(&expired), "garbage.of.atoken".to_owned(), "atokenofgarbage".repeat(560)];
    join_all(tokens.map(|token| {
        let token = secrets.keep(token);
        async move {
            let request = stack.request(Method::POST, "/chat/ticket");
            stack.ask(request.header("accessToken", &token)).await;
            let request = stack.request(Method::GET, &format!("/api/v1/chat/rooms/{room}/members"));
            stack.ask(request.bearer_auth(&token)).await;
        }
    }))
    .await;
    let unknown = secrets.keep(Uuid::new_v4().to_string());
    for path in [
        used.to_owned(),
        format!("/chat?ticket={unknown}"),
        format!("/ws/chat/{room}?ticket={unknown}"),
    ] {
        stack.socket(&path).await.expect("a handshake").closed().await;
    }
}

/// The inspector shows a developer the texts, and no credential.
fn expect_masks(records: &str, secrets: &Secrets) {
    assert!(records.contains(TEXT));
    for secret in secrets.0.iter().filter(|secret| *secret != TEXT) {
        assert!(!records.contains(secret), "the inspector shows {secret:.60}");
    }
}

/// Lives on a deployment at this level, and looks through everything that it printed.
async fn expect_discretion(options: Options, level: &'static str) {
    let mut stack = options.env("RUST_LOG", level).start().await;
    let mut secrets = Secrets::default();
    secrets.keep(TEXT);
    secrets.keep(SECRET);
    live(&stack, &mut secrets).await;
    expect_masks(&stack.get("/_edge/records").await.text, &secrets);
    stack.edge.signal("INT");
    stack.edge.ended();

    let lines = stack.edge.log.lines();
    let answered = lines.iter().filter(|line| line.contains("the request was answered")).count();
    assert!(answered > 20, "{answered} requests were logged in {} lines", lines.len());
    for secret in &secrets.0 {
        let shown: Vec<&String> = lines.iter().filter(|line| line.contains(secret)).collect();
        assert!(shown.is_empty(), "{secret:.60} is in {} lines: {:.2000}", shown.len(), shown[0]);
    }
}

#[tokio::test]
async fn no_token_ticket_or_text_is_logged() {
    expect_discretion(guarded(), "info").await;
}

#[tokio::test]
async fn no_token_ticket_or_text_is_logged_for_developers_either() {
    expect_discretion(guarded(), "debug").await;
}

#[tokio::test]
async fn no_token_ticket_or_text_is_logged_where_callers_are_believed() {
    expect_discretion(trusting(), "debug").await;
}
