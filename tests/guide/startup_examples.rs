//! The examples that the edge prints at start, run as they are printed.

use std::{env, process::Command};

use tests::binaries;

use crate::{program::Program, room_one::RoomOne};

/// Runs the printed line that starts with this word, in a shell that finds the installed Python.
fn paste(printed: &str, word: &str) -> Program {
    let line = printed.lines().map(str::trim).find(|line| line.starts_with(word));
    let line = line.unwrap_or_else(|| panic!("no {word} example in:\n{printed}"));
    let mut path = binaries::target().join("venv/bin").into_os_string();
    path.push(":");
    #[expect(clippy::disallowed_methods, reason = "the shell needs the rest of the path too")]
    path.push(env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    Program::start(shell.args(["-c", line]).env("PATH", path).env("PYTHONUNBUFFERED", "1"))
}

#[tokio::test]
async fn the_printed_examples_work_by_copy_and_paste() {
    let mut room = RoomOne::open().await;
    let printed = room.stack.edge.log.text();

    let node = paste(&printed, "node ");
    room.sees(123, "member_online").await;
    let python = paste(&printed, "python3 ");
    room.sees(2, "member_online").await;
    paste(&printed, "curl ").succeeds();

    let said = room.sees(2, "message").await["data"]["message"].as_str().unwrap().to_owned();
    for receiver in [node, python] {
        receiver.says(&said);
    }
}
