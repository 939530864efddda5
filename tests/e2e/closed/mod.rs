//! The local run is closed: to web pages, to other users of the machine, to the network.

mod files;
mod network;
mod pages;
mod processes;

use std::time::Duration;

use tests::Stack;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// A refusal comes at once; what has not come after this is not coming.
const MOMENT: Duration = Duration::from_secs(2);

/// The status that a port answers a request with, whose lines are these, or None if it says nothing.
async fn status(address: (&str, u16), lines: &[&str]) -> Option<u16> {
    answer(address, lines).await?.split(' ').nth(1)?.parse().ok()
}

/// The beginning of what it answers.
async fn answer(address: (&str, u16), lines: &[&str]) -> Option<String> {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("{}\r\nConnection: close\r\n\r\n", lines.join("\r\n"));
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut head = vec![0; 4096];
    let read = timeout(MOMENT, stream.read(&mut head)).await.ok()?.expect("an answer");
    Some(String::from_utf8_lossy(&head[..read]).into_owned())
}

/// The ports that the edge has besides the one that clients call.
fn inner_ports(stack: &Stack) -> Vec<u16> {
    let mut ports = tests::process::listening_ports(stack.edge.id());
    assert!(ports.contains(&stack.port), "{ports:?}");
    ports.retain(|port| *port != stack.port);
    ports
}
