//! The examples that the edge prints at start, run as they are printed.

use std::{env, process::Command};

use tests::{Stack, binaries, deadline::eventually};

use crate::{program::Program, room_one::RoomOne};

/// The printed line that starts with this word.
fn example<'a>(printed: &'a str, word: &str) -> &'a str {
    let line = printed.lines().map(str::trim).find(|line| line.starts_with(word));
    line.unwrap_or_else(|| panic!("no {word} example in:\n{printed}"))
}

/// Runs lines in a shell that finds the installed Python.
fn paste(lines: &str) -> Program {
    let mut path = binaries::target().join("venv/bin").into_os_string();
    path.push(":");
    #[expect(clippy::disallowed_methods, reason = "the shell needs the rest of the path too")]
    path.push(env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    Program::start(shell.args(["-c", lines]).env("PATH", path).env("PYTHONUNBUFFERED", "1"))
}

#[tokio::test]
async fn the_printed_examples_work_by_copy_and_paste() {
    let mut room = RoomOne::open().await;
    let printed = room.stack.edge.log.text();

    let node = paste(example(&printed, "node "));
    room.sees(123, "member_online").await;
    let python = paste(example(&printed, "python3 "));
    room.sees(2, "member_online").await;
    paste(example(&printed, "curl ")).succeeds();

    let said = room.sees(2, "message").await["data"]["message"].as_str().unwrap().to_owned();
    for receiver in [node, python] {
        receiver.says(&said);
    }
}

#[tokio::test]
async fn the_printed_examples_work_where_tokens_are_asked_for() {
    let stack = Stack::with().demo().args(["--auth", "required"]).start().await;
    let printed = stack.edge.log.text();
    // The same program, without asking Cargo whether it is built.
    let program = binaries::directory().join("localstack");
    let cargo = "cargo run --release --quiet --";
    let token = example(&printed, "export TOKEN=").replace(cargo, &program.display().to_string());
    assert!(!token.contains("cargo"), "{token}");
    let with_token = |word| paste(&format!("{token}\n{}", example(&printed, word)));

    let node = with_token("node ");
    eventually("an open socket", async || {
        let open = stack.get("/_edge/connections").await.expect(200);
        (!open.as_array().unwrap().is_empty()).then_some(())
    })
    .await;
    with_token("curl ").succeeds();

    node.says("안녕하세요!");
}
