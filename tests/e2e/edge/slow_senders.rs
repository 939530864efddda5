//! Clients that begin a request and never end it.

use std::time::Duration;

use futures_util::future::join_all;
use tests::{Stack, account::guarded, deadline::within};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::interval,
};

const BODY: &str = "POST /api/v1/chat/rooms/1/messages HTTP/1.1\r\nHost: localhost\r\n";
const CONNECTIONS: &str =
    "POST /prod/@connections/AAAAAAAAAAAAAAA= HTTP/1.1\r\nHost: localhost\r\n";

/// Everything the edge sends until it closes the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset is an end too: there was something that the edge did not want to read.
    let _ = within("the end of the connection", stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn begun(stack: &Stack, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", stack.port)).await.expect("the edge listens");
    stream.write_all(request.as_bytes()).await.expect("the edge reads");
    stream
}

async fn impatient() -> Stack {
    guarded().args(["--slow-client-seconds", "1"]).start().await
}

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let stack = impatient().await;
    let halves = ["", "G", "GET /healthz HTTP/1.1\r\n", "GET /healthz HTTP/1.1\r\nHost: local"];
    let slow = async |half: &str| {
        let stream = begun(&stack, half).await;
        assert_eq!(rest(stream).await, "", "{half:?}");
    };
    let ((), _) = tokio::join!(
        async { assert_eq!(stack.get("/healthz").await.status, 200, "the others are served") },
        join_all(halves.into_iter().cycle().take(20).map(slow)),
    );
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_not_waited_for_either() {
    let stack = impatient().await;
    let (read, mut write) = begun(&stack, "GET /healthz HTTP/1.1\r\nX: ").await.into_split();
    let trickle = tokio::spawn(async move {
        let mut ticks = interval(Duration::from_millis(100));
        while write.write_all(b"x").await.is_ok() {
            ticks.tick().await;
        }
    });
    within("the end of the connection", async {
        read.readable().await.expect("a socket");
        trickle.await.expect("it ends");
    })
    .await;
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_answered_with_408() {
    let stack = impatient().await;
    for head in [BODY, CONNECTIONS] {
        for half in
            ["Content-Length: 1000\r\n\r\n{\"user", "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"u"]
        {
            let answer = rest(begun(&stack, &format!("{head}{half}")).await).await;
            assert!(answer.starts_with("HTTP/1.1 408 "), "{half:?}: {answer}");
            assert!(answer.contains("did not arrive within 1s"), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_used_again_in_time_stays_open() {
    let stack = impatient().await;
    let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut stream = begun(&stack, request).await;
    // Longer together than one request may take, so that each has a time of its own.
    let mut ticks = interval(Duration::from_millis(400));
    for _ in 0..5 {
        ticks.tick().await;
        let mut head = [0; 12];
        within("an answer", stream.read_exact(&mut head)).await.expect("the connection is open");
        let mut rest = [0; 4096];
        let _ = within("its rest", stream.read(&mut rest)).await;
        assert_eq!(&head, b"HTTP/1.1 200");
        stream.write_all(request.as_bytes()).await.expect("the connection is open");
    }
}
