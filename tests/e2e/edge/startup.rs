//! What goes wrong at start is said in one clear line.

use std::{fs, net::TcpListener};

use tests::{Edge, Stack, deadline::eventually, tls};

use super::changed_template::{changed_template, scratch};

/// The line that says what is wrong.
fn expect_refusal(mut edge: Edge, words: &[&str]) {
    assert!(!edge.ended().success(), "the edge started");
    let text = edge.log.text();
    let line = text.lines().find(|line| words.iter().all(|word| line.contains(word)));
    assert!(line.is_some(), "no line says {words:?}:\n{text}");
    assert!(!text.contains("panicked") && !text.contains("stack backtrace"), "{text}");
}

#[test]
fn a_taken_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port();
    expect_refusal(Stack::with().port(port).spawn(), &[&port.to_string()]);
}

#[test]
fn an_unreadable_template_is_named() {
    let file = scratch().join("broken.yaml");
    let name = file.to_str().expect("a path of text");
    expect_refusal(Stack::with().args(["--template", name]).spawn(), &["broken.yaml"]);
    for broken in ["", "{", "Resources: 5", "Resources: { A: { Type: !Ref [1] } }"] {
        fs::write(&file, broken).expect("a writable file");
        expect_refusal(Stack::with().args(["--template", name]).spawn(), &["broken.yaml"]);
    }
}

#[test]
fn a_reference_to_nothing_is_named() {
    let options = changed_template("typo.yaml", "TABLE: !Ref Things", "TABLE: !Ref Thinks");
    expect_refusal(options.spawn(), &["typo.yaml", "Thinks"]);
}

#[tokio::test]
async fn a_function_that_crashes_at_start_is_named_with_its_last_words() {
    let crashing = "CRASH_AT_START: no such planet, TABLE";
    let stack = changed_template("crash.yaml", "TABLE", crashing).start().await;

    // The second request finds a process that has failed before, and starts another all the same.
    for _ in 0..2 {
        assert_eq!(stack.get("/things/1").await.status, 500);
    }

    let why = "the function could not be started: exit status: 1: no such planet";
    eventually("a line for each that names the function and its last words", async || {
        let lines = stack.edge.log.lines();
        let naming = lines.iter().filter(|line| line.contains("OnRequest") && line.contains(why));
        (naming.count() == 2).then_some(())
    })
    .await;
    assert_eq!(stack.get("/healthz").await.status, 200);
}

#[test]
fn a_missing_function_binary_is_named() {
    let empty = scratch();
    let arguments = ["--port", "0", "--no-demo", "--functions", empty.to_str().expect("text")];
    let file = empty.join("add_member");
    let why = format!("the function AddMember has no executable at {}", file.display());
    expect_refusal(Edge::spawn(arguments), &[&why]);
}

#[test]
fn an_unknown_flag_is_named() {
    expect_refusal(Stack::with().args(["--no-such-flag"]).spawn(), &["--no-such-flag"]);
}

#[tokio::test]
async fn startup_prints_urls_the_demos_contents_and_examples() {
    let stack = Stack::with().demo().start().await;
    let printed = stack.edge.log.text();
    for part in [
        format!("http://localhost:{}", stack.port),
        format!("ws://localhost:{}/ws/chat/1?user_id=123", stack.port),
        "curl".to_owned(),
        "123".to_owned(),
        "Ctrl-C".to_owned(),
    ] {
        assert!(printed.contains(&part), "{part} is missing in:\n{printed}");
    }
}

#[tokio::test]
async fn localhost_works_over_both_internet_protocols() {
    let stack = Stack::start().await;
    let client = tls::http_client().build().expect("a client");
    for host in ["127.0.0.1", "[::1]", "localhost"] {
        let url = format!("http://{host}:{}/healthz", stack.port);
        let answer = client.get(&url).send().await.unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(answer.status(), 200, "{url}");
    }
}
