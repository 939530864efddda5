//! The ticket guide's requests and JavaScript, as written there: only the address is ours.

use std::{fs, process::Command};

use serde_json::Value;
use tests::token;
use tokio::{
    io::{AsyncReadExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use crate::{
    program::{Program, example, file, node, write},
    room_one::RoomOne,
};

/// What `cargo run --release -- token --user 123` prints.
fn token() -> String {
    token::local(&["--user", "123"])
}

/// A part of the guide that names no address.
fn part(name: &str) -> String {
    fs::read_to_string(file("examples").join(name)).unwrap()
}

/// The guide's lines in Node, as in a page's module: with `await` at the top.
fn run(port: u16, name: &str, lines: &[String]) -> Program {
    let lines = lines.join("\n");
    let script = write(port, name, &format!("(async () => {{\n{lines}\n}})();"));
    Program::start(node().arg(file("run.cjs")).arg(script))
}

#[tokio::test]
async fn the_first_steps_work() {
    let mut room = RoomOne::open().await;
    let port = room.stack.port;
    let url = format!("http://localhost:{port}/chat/ticket");
    let mut curl = Command::new("curl");
    curl.args(["--silent", "-X", "POST", &url, "-H", &format!("accessToken: {}", token())]);
    let answer: Value = serde_json::from_slice(&curl.output().unwrap().stdout).unwrap();
    assert_eq!(answer["expiresIn"], 30);

    let ticket = format!("const ticket = {};", answer["ticket"]);
    let program = run(port, "steps.js", &[ticket, example("ticket_steps.js", port)]);
    program.says("Connected!");
    room.sees(123, "member_online").await;
    room.says("the first message").await;
    program.says("Received:");
    program.says("content: 'the first message'");
}

#[tokio::test]
async fn the_javascript_client_sends_and_receives() {
    let mut room = RoomOne::open().await;
    let port = room.stack.port;
    let token = format!("const accessToken = '{}';", token());
    let lines = [token, part("ticket_client.js"), example("ticket_use.js", port)];

    let program = run(port, "client.js", &lines);
    room.sees_coming_and_saying(123, "Hello!").await;
    program.says("content: 'Hello!'");
    room.says("node hears this").await;
    program.says("content: 'node hears this'");
}

// Waiting for what Node says must not keep the relay from running.
#[tokio::test(flavor = "multi_thread")]
async fn the_reconnecting_client_tries_until_it_is_connected() {
    let mut room = RoomOne::open().await;
    let port = relay_after_a_failure(room.stack.port).await;
    let token = format!("const accessToken = '{}';", token());
    let uses = example("ticket_use.js", port)
        .replace("new ChatClient", "new ReconnectingChatClient")
        .replace("chat.connect()", "chat.connectWithRetry()");
    let lines = [token, part("ticket_client.js"), part("ticket_reconnect.js"), uses];

    let program = run(port, "reconnect.js", &lines);
    program.says("Connection attempt 1 failed");
    room.sees_coming_and_saying(123, "Hello!").await;
    program.says("content: 'Hello!'");
}

/// A port that breaks off its first request and passes the others on.
async fn relay_after_a_failure(to: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.unwrap();
        first.read_u8().await.unwrap();
        drop(first);
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut edge = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
                // A connection that breaks off is the client's business.
                let _ = copy_bidirectional(&mut client, &mut edge).await;
            });
        }
    });
    port
}
