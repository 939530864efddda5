//! Requests that are repeated until they are answered, as clients do.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Account, Api, Reply, Socket};
use tokio::time::sleep;
use uuid::Uuid;

const PAUSE: Duration = Duration::from_millis(20);
const ATTEMPTS: usize = 200;

/// Repeats a request until something else than a failure of the server comes.
pub async fn insist(request: impl AsyncFn() -> Reply) -> Reply {
    for _ in 0..ATTEMPTS {
        let reply = request().await;
        if reply.status < 500 {
            return reply;
        }
        sleep(PAUSE).await;
    }
    panic!("nothing but failures in {ATTEMPTS} attempts");
}

/// The answer to `GET` as this user.
pub async fn get(account: &Account, path: &str) -> Value {
    insist(async || account.get(path).await).await.expect(200)
}

/// Sends a text under a name of its own, once however often it is tried: the id, unless refused.
pub async fn send(api: &Api, account: &Account, room: u64, text: &str) -> Option<u64> {
    let key = Uuid::new_v4().to_string();
    let sent = insist(async || {
        let path = format!("/api/v1/chat/rooms/{room}/messages");
        let request = api.request(Method::POST, &path).header("accessToken", &account.token);
        let body = json!({ "user_id": account.id(), "message": text });
        api.ask(request.header("Idempotency-Key", &key).json(&body)).await
    });
    match sent.await {
        refused if refused.status == 404 => None,
        sent => sent.expect(201)["data"]["id"].as_u64(),
    }
}

/// Opens a member's room socket, or a ticket socket without a room. A handshake whose function died
/// is tried again.
pub async fn open(api: &Api, account: &Account, room: Option<u64>) -> Socket {
    for _ in 0..ATTEMPTS {
        let ticket = insist(async || account.post("/chat/ticket", &Value::Null).await).await;
        let ticket = ticket.expect(200)["ticket"].as_str().expect("a ticket").to_owned();
        let path = match room {
            Some(room) => format!("/ws/chat/{room}?ticket={ticket}"),
            None => format!("/chat?ticket={ticket}"),
        };
        if let Ok(socket) = api.socket(&path).await {
            return socket;
        }
    }
    panic!("no socket in {ATTEMPTS} attempts");
}
