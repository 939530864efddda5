//! The chat page in a real browser, as people use it: each test is a script that drives Chromium.
//!
//! `./tests/run` installs the browser and the scripts' packages and turns the feature `guide` on.

use std::{path::Path, process::Command, time::Duration};

use tests::{
    Stack,
    account::guarded,
    binaries,
    program::{Program, node},
    token,
};
use uuid::Uuid;

/// Several windows of a browser take their time on a busy machine. Within a story each step has a minute.
const STORY: Duration = Duration::from_mins(5);

/// A script of the folder `scripts`, on the page of this deployment.
fn script(name: &str, stack: &Stack) -> Command {
    let mut command = node();
    let scripts = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/page/scripts"));
    command.arg(scripts.join(name)).arg(format!("http://localhost:{}", stack.port));
    command
}

async fn play(name: &str) {
    let stack = Stack::with().demo().start().await;
    Program::start(&mut script(name, &stack)).succeeds_within(STORY);
}

#[tokio::test]
async fn two_windows_chat_both_ways_in_both_dialects() {
    play("dialects.mjs").await;
}

#[tokio::test]
async fn members_come_and_go_and_see_who_is_there() {
    play("members.mjs").await;
}

#[tokio::test]
async fn what_was_missed_is_caught_up_and_what_was_written_offline_is_sent_in_order() {
    play("network.mjs").await;
}

#[tokio::test]
async fn five_hundred_messages_at_once_are_shown_once_and_in_order() {
    play("crowd.mjs").await;
}

#[tokio::test]
async fn what_users_write_is_never_anything_but_text() {
    play("hostile.mjs").await;
}

#[tokio::test]
async fn everybody_can_use_it() {
    play("access.mjs").await;
}

#[tokio::test]
async fn without_demo_data_one_creates_a_person_and_a_room() {
    let stack = Stack::with().start().await;
    Program::start(&mut script("empty.mjs", &stack)).succeeds_within(STORY);
}

#[tokio::test]
async fn where_tokens_are_asked_for_one_signs_in_with_the_printed_one() {
    let stack = guarded().demo().start().await;
    let tokens = [123, 2].map(|user| token::signed(&token::claims(user)));
    Program::start(script("guarded.mjs", &stack).args(tokens)).succeeds_within(STORY);
}

#[tokio::test]
async fn the_page_survives_an_edge_that_is_killed_and_started_again() {
    let data = binaries::target().join("tmp").join(Uuid::new_v4().to_string());
    let start = async |port| {
        Stack::with().demo().port(port).args(["--data".as_ref(), data.as_os_str()]).start().await
    };
    let mut stack = start(0).await;
    let port = stack.port;
    let mut windows = Program::start(&mut script("restart.mjs", &stack));
    windows.says("kill it");
    stack.edge.signal("KILL");
    stack.edge.ended();
    windows.tell("it is dead");
    windows.says("start it");
    stack = start(port).await;
    windows.succeeds_within(STORY);
    drop(stack);
    std::fs::remove_dir_all(data).expect("the data was kept there");
}
