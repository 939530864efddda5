//! `tail` and `send`: a room of the chat on the command line, by the real programs.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};
use tests::{
    Account, Stack,
    account::{accounts, guarded},
    binaries,
    deadline::eventually,
    program::Program,
    tls::TlsFront,
};

use crate::edge::scratch;

/// The client with a command, as this user in this room, without what the environment says.
fn client(command: &str, url: &str, room: u64, user: u64) -> Command {
    let mut client = Command::new(binaries::client());
    client.args([command, "--room", &room.to_string(), "--user", &user.to_string()]);
    client.args(["--url", url]).env_remove("CHAT_TOKEN");
    client
}

fn sent(send: &mut Command, text: &str) -> Output {
    send.arg(text).output().expect("the client starts")
}

/// What a command that fails says on stderr, when it says nothing else.
fn refusal(output: &Output) -> String {
    assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr.clone()).expect("text")
}

async fn start(data: &Path, port: u16) -> Stack {
    Stack::with().port(port).args(["--data".as_ref(), data.as_os_str()]).start().await
}

#[tokio::test]
async fn tail_prints_what_was_missed_while_the_chat_was_away() {
    let data = scratch();
    let mut stack = start(&data, 0).await;
    // As people paste it, with a slash at its end.
    let (port, url) = (stack.port, stack.url("/"));
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    for text in ["first", "second", "third"] {
        room.send(&ada, text).await;
    }
    let tail = Program::start(client("tail", &url, room.id, bob.id).args(["--last", "2"]));
    tail.says("third");
    eventually("tail's socket", async || stack.connections().await.pop()).await;
    room.connect(&ada).await.close(1000, "").await;
    tail.says(&format!("member_online  user {}", ada.id));
    assert!(sent(&mut client("send", &url, room.id, ada.id), "\x1b[31mlive").status.success());
    tail.says(&format!("{} {}: \\u{{1b}}[31mlive", ada.name, ada.id));

    stack.edge.signal("KILL");
    stack.edge.ended();
    tail.warns("nobody answers");
    let said = refusal(&sent(&mut client("send", &url, room.id, ada.id), "nobody hears this"));
    assert!(said.contains("`cargo run --release` starts"), "{said}");

    let _stack = start(&data, port).await;
    let output = sent(&mut client("send", &url, room.id, ada.id), "missed");
    let line = String::from_utf8(output.stdout).expect("text");
    assert!(line.ends_with(&format!("{}: missed\n", ada.id)), "{line}");
    tail.says(line.trim_end());
    tail.signal("INT");
    let messages = tail.printed().into_iter().filter(|line| line.contains(" message "));
    let texts: Vec<_> = messages.map(|line| line.rsplit(": ").next().map(str::to_owned)).collect();
    assert_eq!(
        texts.into_iter().flatten().collect::<Vec<_>>(),
        ["second", "third", "\\u{1b}[31mlive", "missed"]
    );
    tail.succeeds();
}

#[tokio::test]
async fn where_tokens_are_asked_for_both_commands_take_one() {
    let stack = guarded().start().await;
    let [ada, bob, eve] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let url = stack.url("");
    let with_token = |command, account: &Account| {
        let mut client = client(command, &url, room, account.id());
        client.env("CHAT_TOKEN", &account.token);
        client
    };

    let tail = Program::start(with_token("tail", &bob).args(["--after", "0", "--json"]));
    let output = sent(with_token("send", &ada).arg("--json"), "안녕!");
    let event: Value = serde_json::from_slice(&output.stdout).expect("an event");
    assert_eq!(json!([event["type"], event["data"]["message"]]), json!(["message", "안녕!"]));
    tail.says(&serde_json::to_string(&event["data"]["message"]).expect("JSON"));

    for (mut command, why) in [
        (client("send", &url, room, ada.id()), "-- token --user"),
        (with_token("send", &eve), "does not exist"),
    ] {
        let said = refusal(&sent(&mut command, "no"));
        assert!(said.starts_with("error: ") && said.contains(why), "{said}");
    }
    ada.remove(room, &bob).await.expect(200);
    let said = tail.fails();
    assert!(said.lines().last().is_some_and(|line| line.contains("does not exist")), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_commands_speak_tls() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let front = TlsFront::before(stack.port).await;
    let authority = scratch().join("authority.pem");
    fs::write(&authority, &front.authority).expect("a writable file");
    let url = format!("https://{}", front.host);
    let trusting = |command| {
        let mut client = client(command, &url, room.id, ada.id);
        client.env("SSL_CERT_FILE", &authority);
        client
    };
    let tail = Program::start(&mut trusting("tail"));
    eventually("tail's socket", async || stack.connections().await.pop()).await;
    assert!(sent(&mut trusting("send"), "in secret").status.success());
    tail.says("in secret");
}

#[tokio::test]
async fn a_room_that_is_none_is_named() {
    let stack = Stack::start().await;
    let [ada] = stack.users::<1>().await;
    let (url, room) = (stack.url(""), tests::user::fresh_id());
    let said = Program::start(&mut client("tail", &url, room, ada.id)).fails();
    assert!(said.contains(&room.to_string()) && said.contains("(404)"), "{said}");
}

#[tokio::test]
async fn cargo_run_becomes_the_client() {
    let stack = Stack::with().demo().start().await;
    let mut run = binaries::cargo("run");
    run.args(["--release", "--", "send", "--room", "1", "--user", "123"]);
    let output = sent(run.args(["--url", &stack.url("")]), "안녕하세요!");
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(printed.contains("홍길동 123: 안녕하세요!"), "{printed}{:?}", output.stderr);
}
