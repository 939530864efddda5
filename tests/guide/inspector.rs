//! The inspector's page in a real browser.

use std::fs;

use serde_json::json;
use tests::{binaries, signature::developer};

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

    let developer = developer();
    let mut program = node();
    program
        .arg(file("inspector.cjs"))
        .args([browser_name(), &stack.url("/_edge/"), &connection])
        .arg(screenshots)
        .env("AWS_ACCESS_KEY_ID", developer.access_key_id())
        .env("AWS_SECRET_ACCESS_KEY", developer.secret_access_key());
    Program::start(&mut program).succeeds();

    while dropped.next_text_or_end().await.is_some() {}
}
