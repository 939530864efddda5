//! Other programs on the machine, which call what the functions call.

use std::{collections::BTreeSet, process::Command};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use tests::{
    Account, Edge, Stack,
    account::{accounts, guarded},
    binaries,
    deadline::eventually,
    process,
    signature::sign,
    tls,
};

use super::{inner_ports, status};

/// Names of the functions' processes cut as the kernel cuts them, with what they hold of the secret.
fn with_secret(stack: &Stack) -> (BTreeSet<String>, BTreeSet<String>) {
    let functions = process::descendants(stack.edge.id()).into_iter();
    let functions =
        functions.filter(|id| process::variable(*id, "AWS_LAMBDA_FUNCTION_NAME").is_some());
    let (with, without): (Vec<u32>, Vec<u32>) =
        functions.partition(|id| process::variable(*id, "JWT_SECRET").is_some());
    let names = |ids: Vec<u32>| {
        ids.into_iter().filter_map(|id| process::variable(id, "AWS_LAMBDA_FUNCTION_NAME")).collect()
    };
    (names(with), names(without))
}

/// Long polls of a stranger who has seen how the addresses are made, and guesses numbers.
async fn strangers_events(port: u16, function: &str) -> Vec<Option<u16>> {
    let host = format!("Host: 127.0.0.1:{port}");
    let zeros = "00000000-0000-0000-0000-000000000000";
    let bases = (0..4).flat_map(|number| {
        [
            format!("/{function}/{number}"),
            format!("/{function}/{number}/{zeros}"),
            format!("/{function}"),
        ]
    });
    join_all(bases.map(|base| {
        let call = format!("GET {base}/2018-06-01/runtime/invocation/next HTTP/1.1");
        let host = host.clone();
        async move { status(("127.0.0.1", port), &[&call, &host]).await }
    }))
    .await
}

#[tokio::test]
async fn a_stranger_gets_no_event_of_a_function() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let members = format!("/api/v1/chat/rooms/{room}/members");
    for port in inner_ports(&stack) {
        let (events, answers) = tokio::join!(
            strangers_events(port, "ListMembers"),
            join_all((0..80).map(|_| ada.get(&members))),
        );
        assert!(!events.contains(&Some(200)), "a stranger got somebody's event: {events:?}");
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    }
}

#[tokio::test]
async fn each_process_has_an_address_that_nobody_guesses() {
    let stack = Stack::with().probe().start().await;
    let address = async || {
        let process = stack.post("/things/1", &json!({ "act": "process" })).await.expect(200);
        let address = &process["environment"]["AWS_LAMBDA_RUNTIME_API"];
        let address = address.as_str().expect("every process has one").to_owned();
        address.rsplit('/').next().expect("a key").to_owned()
    };
    let first = address().await;
    let crashed = stack.post("/things/1", &json!({ "act": "crash" })).await;
    assert_eq!(crashed.status, 500);
    let second = address().await;
    assert_ne!(first, second);
    for key in [first, second] {
        assert!(key.len() >= 32, "{key}");
    }
}

/// What answers as a function must know its key too.
#[tokio::test]
async fn a_stranger_answers_nobodys_request() {
    let stack = Stack::with().probe().start().await;
    let context = stack.post("/things/1", &json!({ "act": "context" })).await.expect(200);
    let id = context["requestId"].as_str().expect("an id");
    for port in inner_ports(&stack) {
        for path in ["response", "error"] {
            let call = format!(
                "POST /OnRequest/1/{id}/2018-06-01/runtime/invocation/{id}/{path} HTTP/1.1"
            );
            let host = format!("Host: 127.0.0.1:{port}");
            let status = status(("127.0.0.1", port), &[&call, &host, "Content-Length: 0"]).await;
            assert_ne!(status, Some(202), "{port} {call}");
        }
    }
}

#[tokio::test]
async fn only_functions_that_check_tokens_hold_the_secret() {
    const CHECKING: [&str; 4] = ["SendMessage", "AddMember", "CreateRoom", "IssueTicket"];
    const OTHERS: [&str; 4] = ["FanOut", "Recheck", "WsConnect", "WsDisconnect"];
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let socket = ada.socket().await;
    ada.send(room, "x").await.expect(201);
    socket.close(1000, "").await;
    let (with, without) = eventually("a process of each function", async || {
        let (with, without) = with_secret(&stack);
        let all = CHECKING.iter().chain(&OTHERS).copied();
        let run = all.into_iter().all(|name| with.contains(name) || without.contains(name));
        run.then_some((with, without))
    })
    .await;
    assert!(CHECKING.iter().all(|name| with.contains(*name)), "{with:?}");
    assert!(OTHERS.iter().all(|name| without.contains(*name) && !with.contains(*name)), "{with:?}");
}

/// The secret is another at each start, and good where it is asked for.
#[tokio::test]
async fn the_developers_secret_is_made_up_at_each_start_and_printed() {
    let mut secrets = BTreeSet::new();
    for _ in 0..2 {
        let directory = binaries::directory();
        let mut program = Command::new(directory.join("localstack"));
        program.args(["--port", "0", "--no-demo", "--functions"]).arg(directory);
        let edge = Edge::run(program.env_remove("CHAT_DEVELOPER_SECRET"));
        let _port = edge.ready();
        let printed = edge.log.text();
        let variable = |name: &str| {
            let (_, rest) = printed.split_once(&format!("{name}="))?;
            rest.split_whitespace().next().map(str::to_owned)
        };
        let (key, secret) = (
            variable("AWS_ACCESS_KEY_ID").expect("a key"),
            variable("AWS_SECRET_ACCESS_KEY").expect("a secret"),
        );
        assert!(secret.len() >= 32, "{secret}");
        list_tables(&printed, &key, &secret).await;
        secrets.insert(secret);
    }
    assert_eq!(secrets.len(), 2);
}

/// As whoever pastes what was printed, and as whoever guesses.
async fn list_tables(printed: &str, key: &str, secret: &str) {
    let url = printed.lines().find_map(|line| line.trim().strip_prefix("DynamoDB"));
    let url = url.and_then(|rest| rest.split_whitespace().next()).expect("the edge prints it");
    let client = tls::http_client().build().expect("a client");
    for (secret, status) in [(secret, 200), ("local", 400), (key, 400)] {
        let call = client.request(Method::POST, url).body("{}");
        let call = call.header("x-amz-target", "DynamoDB_20120810.ListTables");
        let mut call = call.build().expect("a request");
        let credentials =
            aws_credential_types::Credentials::new(key, secret, None, None, "printed");
        sign(&mut call, "dynamodb", &credentials);
        assert_eq!(client.execute(call).await.expect("an answer").status(), status);
    }
}
