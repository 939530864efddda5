//! The inspector's page in a real browser.

use std::fs;

use serde_json::json;
use tests::binaries;

use crate::{
    browser::browser_name,
    program::{Program, file, node},
    room_one::RoomOne,
};

#[tokio::test]
async fn the_inspector_shows_what_happens_and_drops_a_connection() {
    let room = RoomOne::open().await;
    let stack = &room.stack;
    let mut dropped = stack.socket("/ws/chat/1?user_id=5").await.unwrap();
    let connection = stack.connections().await.pop().unwrap();
    let body = json!({ "user_id": 2, "message": "<img src=x onerror=alert(1)>" });
    stack.post("/api/v1/chat/rooms/1/messages", &body).await.expect(201);
    let screenshots = binaries::target().join("tmp").join("inspector");
    fs::create_dir_all(&screenshots).unwrap();

    let arguments = [browser_name(), &stack.url("/_edge/"), &connection];
    let script = file("inspector.cjs");
    Program::start(node().arg(script).args(arguments).arg(screenshots)).succeeds();

    while dropped.next_text_or_end().await.is_some() {}
}
