//! The guide's JavaScript in a real browser, from another origin.

use std::process::Command;

use crate::{
    program::{Program, example, file, write},
    room_one::RoomOne,
};

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The browser that is installed.
pub fn browser_name() -> &'static str {
    let there = |name: &&&str| Command::new(name).arg("--version").output().is_ok();
    BROWSERS.iter().find(there).unwrap_or(&BROWSERS[0])
}

fn browser() -> Command {
    let mut command = Command::new(browser_name());
    command.args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]);
    command.args([
        "--disable-background-networking",
        "--no-first-run",
        "--remote-debugging-port=0",
    ]);
    command
}

#[tokio::test]
async fn the_javascript_example_works_in_a_browser_from_another_origin() {
    let mut room = RoomOne::open().await;
    let port = room.stack.port;
    let page = std::fs::read_to_string(file("page.html")).unwrap();
    let page = page.replace("localhost:3000", &format!("localhost:{port}"));
    let page =
        write(port, "page.html", &page.replace("/* EXAMPLE */", &example("javascript.js", port)));
    let profile = page.with_file_name("profile");

    let _browser = Program::start(
        browser()
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(format!("file://{}", page.display())),
    );
    room.sees_coming_and_saying(123, "안녕!").await;
    room.says("browser, answer with an access token").await;

    // The page answers with a request that needs a preflight, and sends what it could read.
    let answer = room.sees(123, "message").await["data"]["message"].clone();
    assert_eq!(answer, "the browser heard it");
    let read = room.sees(123, "message").await["data"]["message"].clone();
    assert_eq!(read, "the browser read: Message sent successfully");
}
