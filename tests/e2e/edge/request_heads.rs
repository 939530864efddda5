//! Heads of requests, written line by line: most HTTP clients would not send them like this.

use tests::{Stack, deadline::within};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What every handshake here has besides the lines under test.
const HANDSHAKE: [&str; 2] = ["Host: localhost", "Sec-WebSocket-Version: 13"];
const CONNECTION: &str = "Connection: Upgrade";
const UPGRADE: &str = "Upgrade: websocket";
/// The key of RFC 6455's own example.
const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

/// The status of the answer to a request line and header lines.
async fn status(stack: &Stack, request: &str, lines: &[&str]) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", stack.port)).await.expect("it listens");
    let head = format!("{request}\r\n{}\r\n\r\n", lines.join("\r\n"));
    stream.write_all(head.as_bytes()).await.expect("it reads");
    let mut answer = [0; "HTTP/1.1 200".len()];
    within("a status", stream.read_exact(&mut answer)).await.expect("an answer");
    let answer = String::from_utf8_lossy(&answer);
    answer.rsplit(' ').next().and_then(|status| status.parse().ok()).expect("a status")
}

async fn handshake(stack: &Stack, path: &str, lines: &[&str]) -> u16 {
    status(stack, &format!("GET {path} HTTP/1.1"), &[&HANDSHAKE[..], lines].concat()).await
}

#[tokio::test]
async fn several_lines_of_one_name_are_one_list() {
    let stack = Stack::with().probe().start().await;
    // The first has a viewer function in front of it.
    for path in ["/socket", "/live"] {
        for lines in [
            &[CONNECTION, UPGRADE][..],
            &["Connection: keep-alive, Upgrade", UPGRADE],
            &["Connection: keep-alive", CONNECTION, UPGRADE],
            &[CONNECTION, "Connection: keep-alive", UPGRADE],
            &[CONNECTION, "Upgrade: h2c", UPGRADE],
            &[
                "Connection: keep-alive",
                "connection: , upgrade",
                "Upgrade: h2c",
                "upgrade: WebSocket",
            ],
        ] {
            let status = handshake(&stack, path, &[lines, &[KEY][..]].concat()).await;
            assert_eq!(status, 101, "{path} {lines:?}");
        }
        for lines in [&[CONNECTION][..], &[UPGRADE], &["Connection: keep-alive", UPGRADE]] {
            let status = handshake(&stack, path, &[lines, &[KEY][..]].concat()).await;
            assert_eq!(status, 426, "{path} {lines:?}");
        }
    }
}

#[tokio::test]
async fn a_handshakes_key_is_sixteen_bytes_in_base64_once() {
    let stack = Stack::with().probe().start().await;
    for keys in [
        &[][..],
        &["Sec-WebSocket-Key:"],
        &["Sec-WebSocket-Key: hello"],
        // 15 bytes, 17 bytes, and 16 that are no base64.
        &["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j"],
        &["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSE="],
        &["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ!=="],
        &[KEY, KEY],
    ] {
        let status =
            handshake(&stack, "/socket", &[&[CONNECTION, UPGRADE][..], keys].concat()).await;
        assert_eq!(status, 400, "{keys:?}");
    }
    assert_eq!(handshake(&stack, "/socket", &[CONNECTION, UPGRADE, KEY]).await, 101);
}

#[tokio::test]
async fn a_request_names_one_host() {
    let stack = Stack::with().probe().start().await;
    for path in ["/healthz", "/things/1", "/_edge/connections"] {
        let request = format!("GET {path} HTTP/1.1");
        for hosts in [
            &["Accept: */*"][..],
            &["Host: localhost", "Host: localhost"],
            &["Host: localhost", "Host: evil.example"],
            &["Host:"],
            &["Host: local host"],
        ] {
            assert_eq!(status(&stack, &request, hosts).await, 400, "{path} {hosts:?}");
        }
    }
    assert_eq!(status(&stack, "GET /healthz HTTP/1.1", &["Host: localhost"]).await, 200);
    assert_eq!(status(&stack, "GET /healthz HTTP/1.0", &["Accept: */*"]).await, 200);
}
