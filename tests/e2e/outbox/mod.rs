//! Events behind the table's stream: nothing is lost, nothing is left wrong, whoever dies in between.

mod dead_sockets;
mod deaths;
mod echo;
mod flapping;
mod holes;
mod joining;
mod order;
mod pages;
mod rejoining;
mod repeated_requests;

use serde_json::{Value, json};
use tests::{Account, Socket, Stack, deadline::eventually};

/// What a room socket has heard of who is online.
struct Witness {
    account: Account,
    room: u64,
    socket: Socket,
    heard: Vec<(u64, bool)>,
}

impl Witness {
    async fn open(account: &Account, room: u64) -> Self {
        let socket = account.room_socket(room).await;
        Self { account: account.clone(), room, socket, heard: Vec::new() }
    }

    /// The frames until a message that is sent now. Whether users are online is kept.
    async fn frames(&mut self) -> Vec<Value> {
        let marker = self.account.send(self.room, "marker").await.expect(201)["data"]["id"].clone();
        let mut frames = Vec::new();
        loop {
            let frame = self.socket.next().await;
            if frame["type"] == "message" && frame["data"]["id"] == marker {
                return frames;
            }
            if let Some(status) = frame["data"]["status"].as_str() {
                let user = frame["user_id"].as_u64().expect("a user");
                self.heard.push((user, status == "online"));
            }
            frames.push(frame);
        }
    }

    /// Whether the user is online, by what was heard last.
    async fn sees_online(&mut self, user: u64) -> Option<bool> {
        self.frames().await;
        self.heard.iter().rev().find(|(of, _)| *of == user).map(|(_, online)| *online)
    }
}

/// Whether the list of members shows the user as online; `None` without such a member.
async fn is_online(reader: &Account, room: u64, user: u64) -> Option<bool> {
    let path = format!("/api/v1/chat/rooms/{room}/members?limit=200");
    let listed = reader.get(&path).await.expect(200);
    let mut members = listed["data"].as_array().expect("a list").iter();
    members.find(|member| member["user_id"] == user)?["online"].as_bool()
}

/// Waits until so many sockets were disconnected, and what follows from that is announced.
async fn disconnected(stack: &Stack, count: usize) {
    eventually("every $disconnect to be answered", async || {
        let lines = stack.edge.log.lines();
        let answered = lines.iter().filter(|line| {
            line.starts_with("WsDisconnect: ") && line.contains("the request was answered")
        });
        (answered.count() >= count).then_some(())
    })
    .await;
    stack.quiet().await;
}

/// The texts of a room's history, page by page from its first message on.
async fn history(reader: &Account, room: u64) -> Vec<(u64, String)> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let path = format!("/api/v1/chat/rooms/{room}/messages?after={after}&limit=200");
        let page = reader.get(&path).await.expect(200);
        for message in page["data"].as_array().expect("a list") {
            after = message["id"].as_u64().expect("an id");
            all.push((after, message["message"].as_str().expect("a text").to_owned()));
        }
        if page["page"]["has_more"] == json!(false) {
            return all;
        }
    }
}
