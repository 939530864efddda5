//! What goes wrong at start is said in one clear line.

use std::{
    fs::{self, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
};

use serde_json::json;
use tests::{Edge, Stack, binaries, deadline::eventually, tls};

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

#[test]
fn a_parameter_that_the_template_does_not_have_is_named() {
    let mistyped = Stack::with().parameter("AllowedOrigin", "https://app.example.com");
    expect_refusal(
        mistyped.spawn(),
        &["Parameters.AllowedOrigin:", "did you mean AllowedOrigins?"],
    );
    let mistyped = Stack::with().probe().parameter("Zebra", 1);
    expect_refusal(mistyped.spawn(), &["Parameters.Zebra:", "there are FunctionTimeout, "]);
}

#[test]
fn a_value_that_functions_would_refuse_is_refused_by_the_parameters_name() {
    for (name, value, why) in [
        ("AllowedOrigins", "app.example.com", "must be origins such as https://app.example.com"),
        ("JwtKeys", "keys", "must be"),
        ("JwtKeys", "http://id.example.com/keys", "must be"),
        ("SendsPerSecond", "1.5", "must be a whole number"),
        ("SendBurst", "4294967296", "must be a whole number"),
        ("PresenceMaxMembers", "-1", "must be a whole number"),
        ("RoomsPerUser", "1e3", "must be a whole number"),
        ("LimitTrusted", "yes", "must be one of true, false"),
        ("LocalEndpoint", "http://127.0.0.1:3000/", "must be"),
    ] {
        let place = format!("Parameters.{name}: '{value}' ");
        expect_refusal(Stack::with().parameter(name, value).spawn(), &[&place, why]);
    }
}

#[test]
fn parameters_that_contradict_each_other_are_refused_by_the_templates_rule() {
    let without_keys = Stack::with().parameter("JwtAlgorithm", "ES256");
    expect_refusal(without_keys.spawn(), &["Rules.", "RS256 and ES256 need JwtKeys"]);
}

/// A key in PEM that only a function finds out about.
const BROKEN_KEY: &str = "-----BEGIN PUBLIC KEY-----\nbm90IGEga2V5\n-----END PUBLIC KEY-----\n";

#[tokio::test]
async fn what_only_functions_can_judge_is_said_once_at_start_with_a_functions_name() {
    let options = Stack::with().args(["--auth", "required"]).parameter("JwtKeys", BROKEN_KEY);
    let options = options.parameter("JwtAlgorithm", "RS256").parameter("JwtAudience", "chat");
    let stack = options.start().await;

    let said = async || {
        let mut lines = stack.edge.log.lines();
        lines.retain(|line| line.contains("could not start"));
        (!lines.is_empty()).then_some(lines)
    };
    // The log comes over a pipe of its own, maybe after the line that says "Ready".
    let said = eventually("a line that says why", said).await;
    let [line] = said.as_slice() else { panic!("one line that says why: {said:?}") };
    assert!(line.contains("AddMember could not start") && line.contains("the token key"), "{line}");
    let health = stack.get("/healthz").await.expect(503);
    assert_eq!(health["status"], "failing");
    assert!(
        health["functions"]["AddMember"].as_str().is_some_and(|why| why.contains("the token key"))
    );
}

#[tokio::test]
async fn the_edge_is_healthy_again_when_a_function_is_repaired() {
    // A program that ends at once while a file beside it says so, and then is the probe.
    let functions = scratch();
    let (program, broken) = (functions.join("probe"), functions.join("broken"));
    let probe = binaries::directory().join("probe");
    let script = format!(
        "#!/bin/sh\n[ -e '{}' ] && {{ echo 'out of order' >&2; exit 3; }}\nexec '{}'\n",
        broken.display(),
        probe.display()
    );
    fs::write(&program, script).expect("a writable file");
    fs::set_permissions(&program, Permissions::from_mode(0o755)).expect("a file of our own");
    fs::write(&broken, "").expect("a writable file");
    let stack = Stack::with().probe().functions(functions).start().await;

    let health = stack.get("/healthz").await.expect(503);
    let message = health["message"].as_str().expect("a message");
    assert!(message.ends_with(" cannot start: exit status: 3: out of order"), "{message}");
    fs::remove_file(broken).expect("a file of our own");
    eventually("the edge to be healthy", async || {
        (stack.get("/healthz").await.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_function_that_crashes_at_start_is_named_with_its_last_words() {
    let crashing = "CRASH_AT_START: no such planet, TABLE";
    let stack = changed_template("crash.yaml", "TABLE", crashing).start().await;

    // Before anybody calls it.
    let health = stack.get("/healthz").await.expect(503);
    let why = "exit status: 1: no such planet";
    let expected = json!({
        "status": "failing",
        "message": format!("The function OnRequest cannot start: {why}"),
        "functions": { "OnRequest": why },
    });
    assert_eq!(health, expected);

    // The second request finds a process that has failed before, and starts another all the same.
    for _ in 0..2 {
        assert_eq!(stack.get("/things/1").await.status, 500);
    }

    let refused = format!("the function could not be started: {why}");
    eventually("a line for each that names the function and its last words", async || {
        let lines = stack.edge.log.lines();
        let naming = |line: &&String| line.contains("OnRequest") && line.contains(&refused);
        (lines.iter().filter(naming).count() == 2).then_some(())
    })
    .await;
    assert_eq!(stack.get("/healthz").await.status, 503);
    let lines = stack.edge.log.lines();
    let said = lines.iter().filter(|line| line.contains("OnRequest could not start"));
    assert_eq!(said.count(), 1, "one line says why: {lines:?}");
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
