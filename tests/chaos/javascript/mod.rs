//! The page's client in the same storm as the reference client, with the same verdict.

use std::{path::Path, time::Duration};

use client::Message;
use serde_json::{Value, json};
use tests::{
    Stack,
    account::guarded,
    figures,
    program::{Program, node},
    token,
};
use tokio::time::{Instant, sleep};

use super::{
    CLIENTS, FAULTS, LEAST_FAULTS, LEAST_MESSAGES, SENDING, SETTLING,
    crew::{Room, faults_of},
    differences::{Differences, Sent},
};

/// Starts the clients in a room that they are members of.
fn start(stack: &Stack, room: &Room) -> Program {
    let project = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let options = json!({
        "client": project.join("localstack/page/client/chat-client.js"),
        // As people paste it, with a slash at its end.
        "url": stack.url("/"),
        "room": room.id,
        "tokens": (1..=CLIENTS).map(|id| token::signed(&token::claims(id))).collect::<Vec<_>>(),
        "least": 2 * LEAST_MESSAGES,
        "milliseconds": u64::try_from(SENDING.as_millis()).expect("a short time"),
    });
    let script = project.join("tests/chaos/javascript/crew.mjs");
    Program::start(node().arg(script).arg(options.to_string()))
}

fn read(line: &str) -> Value {
    serde_json::from_str(line).expect("a line of JSON")
}

fn sent(message: &Value) -> Sent {
    let text = message["text"].as_str().expect("a text").to_owned();
    Sent { id: message["id"].as_u64().expect("an id"), text }
}

fn messages(client: &Value) -> Vec<Message> {
    let shown = client.as_array().expect("messages");
    shown.iter().map(|message| Message::read(message).expect("a message")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_client_of_the_page_ends_with_the_same_messages_whatever_fails() {
    let seed = std::process::id();
    let arguments = ["--faults", FAULTS, "--faults-seed", &seed.to_string()];
    let stack = guarded().unlimited().args(arguments).start().await;
    let room = Room::create(&stack, CLIENTS).await;

    let mut program = start(&stack, &room);
    sleep(SENDING).await;
    let acknowledged = read(&program.line_with("acknowledged", SETTLING));
    let acknowledged: Vec<Sent> =
        acknowledged["acknowledged"].as_array().expect("a list").iter().map(sent).collect();

    let end = Instant::now() + SETTLING;
    let (differences, efforts) = loop {
        program.tell("what do you show?");
        let efforts = read(&program.line_with("shown", SETTLING));
        let shown: Vec<Vec<Message>> =
            efforts["shown"].as_array().expect("clients").iter().map(messages).collect();
        let differences = Differences::of(&acknowledged, &room.stored().await, &shown);
        if differences == Differences::default() || Instant::now() > end {
            break (differences, efforts);
        }
        sleep(Duration::from_millis(200)).await;
    };

    let (messages, (injected, faults)) = (acknowledged.len(), faults_of(&stack).await);
    figures::report(format!(
        "chaos in JavaScript: seed {seed}, {CLIENTS} clients, {messages} messages, {injected} faults {faults}, \
         {} sockets, {} repetitions, {} duplicates, {differences}",
        efforts["sockets"], efforts["repetitions"], efforts["duplicates"],
    ));
    assert_eq!(differences, Differences::default());
    assert!(messages >= LEAST_MESSAGES, "only {messages} messages were sent");
    assert!(injected >= LEAST_FAULTS, "only {injected} faults happened");
}
