//! Frames that break the WebSocket protocol (RFC 6455), written byte by byte.

use std::time::Duration;

use futures_util::future::join_all;
use tests::{Stack, deadline::within};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const FIN: u8 = 0x80;
const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// A violation is closed at once, or never.
const AT_ONCE: Duration = Duration::from_secs(5);
const MASK: [u8; 4] = [7, 11, 13, 17];

/// The head of a frame: first byte, then the length in as few bytes as hold it.
fn head(first: u8, length: usize, mask: u8) -> Vec<u8> {
    let mut head = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..=125), _) => head.push(mask | short),
        (_, Ok(length)) => {
            head.push(mask | 126);
            head.extend(length.to_be_bytes());
        }
        _ => {
            head.push(mask | 127);
            head.extend((length as u64).to_be_bytes());
        }
    }
    head
}

fn frame(first: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let mut frame = head(first, payload.len(), 0x80);
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

fn unmasked(first: u8, payload: &str) -> Vec<u8> {
    [head(first, payload.len(), 0), payload.as_bytes().to_vec()].concat()
}

fn closing(code: u16, reason: impl AsRef<[u8]>) -> Vec<u8> {
    frame(FIN | CLOSE, [&code.to_be_bytes(), reason.as_ref()].concat())
}

/// The client's end of a connection that speaks WebSocket.
struct Raw(TcpStream);

impl Raw {
    async fn open(stack: &Stack) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", stack.port)).await.expect("it listens");
        let request = "GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                       Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(within("the handshake's answer", stream.read_u8()).await.expect("a byte"));
        }
        assert!(answer.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&answer));
        Self(stream)
    }

    async fn send(&mut self, frames: &[Vec<u8>]) {
        // The edge may have closed before it has read all of what is wrong.
        let _ = self.0.write_all(&frames.concat()).await;
    }

    /// The next frame, which must be whole and not masked. None at the end.
    async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let first = within("a frame or the end", self.0.read_u8()).await.ok()?;
        assert_eq!(first & 0xF0, FIN, "the edge neither fragments nor has an extension");
        let length = within("a length", self.0.read_u8()).await.expect("a length");
        assert_eq!(length & 0x80, 0, "a server does not mask");
        let length = match length {
            127 => usize::try_from(self.0.read_u64().await.expect("a length")).expect("it fits"),
            126 => usize::from(self.0.read_u16().await.expect("a length")),
            short => usize::from(short),
        };
        let mut payload = vec![0; length];
        within("a payload", self.0.read_exact(&mut payload)).await.expect("a payload");
        Some((first & 0x0F, payload))
    }

    /// The code of the close frame, after which the connection must end.
    async fn closed(mut self) -> Option<u16> {
        let mut code = None;
        while let Some((kind, payload)) = self.next().await {
            assert!(code.is_none(), "nothing comes after a close frame");
            if kind == CLOSE {
                code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                // So that the edge need not wait for it.
                let _ = self.0.shutdown().await;
            }
        }
        code
    }
}

fn violations() -> Vec<(&'static str, Vec<Vec<u8>>, u16)> {
    let (large, part) = (vec![b'x'; 32 * 1024 + 1], vec![b'x'; 30 * 1024]);
    let text = |payload: &[u8]| vec![frame(FIN | TEXT, payload)];
    vec![
        ("a frame without a mask", vec![unmasked(FIN | TEXT, "hello")], 1002),
        ("a ping without a mask", vec![unmasked(FIN | PING, "")], 1002),
        ("RSV1 without an extension", vec![frame(FIN | 0x40 | TEXT, "hello")], 1002),
        ("RSV2", vec![frame(FIN | 0x20 | TEXT, "hello")], 1002),
        ("RSV3 on a ping", vec![frame(FIN | 0x10 | PING, "")], 1002),
        ("a data opcode that there is not", vec![frame(FIN | 0x3, "hello")], 1002),
        ("a control opcode that there is not", vec![frame(FIN | 0xB, "")], 1002),
        ("the last opcode", vec![frame(FIN | 0xF, "")], 1002),
        ("a ping in fragments", vec![frame(PING, "a"), frame(FIN | CONTINUATION, "b")], 1002),
        ("a close frame in fragments", vec![frame(CLOSE, "")], 1002),
        ("a ping of 126 bytes", vec![frame(FIN | PING, [b'x'; 126])], 1002),
        ("a pong of 126 bytes", vec![frame(FIN | PONG, [b'x'; 126])], 1002),
        ("a close frame of 126 bytes", vec![closing(1000, [b'x'; 124])], 1002),
        ("an end of what did not begin", vec![frame(FIN | CONTINUATION, "hello")], 1002),
        ("a fragment of what did not begin", vec![frame(CONTINUATION, "hello")], 1002),
        ("a message inside a message", vec![frame(TEXT, "a"), frame(FIN | TEXT, "b")], 1002),
        ("bytes inside a text", vec![frame(TEXT, "a"), frame(FIN | BINARY, "b")], 1002),
        ("half a close code", vec![frame(FIN | CLOSE, [3])], 1002),
        ("the close code 999", vec![closing(999, "")], 1002),
        ("the close code of no close code", vec![closing(1005, "")], 1002),
        ("the close code of a lost connection", vec![closing(1006, "")], 1002),
        ("the close code of TLS", vec![closing(1015, "")], 1002),
        ("a close code that nobody gave out", vec![closing(2999, "")], 1002),
        ("a close code past the last", vec![closing(5000, "")], 1002),
        ("a reason that is not UTF-8", vec![closing(1000, [0xC3])], 1007),
        ("a text that is not UTF-8", text(&[0xC3, 0x28]), 1007),
        ("an overlong slash", text(&[0xC0, 0xAF]), 1007),
        ("half of a surrogate pair", text(&[0xED, 0xA0, 0x80]), 1007),
        ("a character past the last", text(&[0xF4, 0x90, 0x80, 0x80]), 1007),
        ("half a character", text("안".as_bytes().split_at(2).0), 1007),
        ("a first fragment that is not UTF-8", vec![frame(TEXT, [0xFF])], 1007),
        (
            "a character that goes on wrongly",
            vec![frame(TEXT, [0xEC]), frame(FIN | CONTINUATION, [0x28])],
            1007,
        ),
        ("a frame of more than 32 KB", vec![frame(FIN | TEXT, &large)], 1009),
        (
            "the head of a frame of 8 EB",
            vec![vec![FIN | TEXT, 0xFF], vec![0xFF; 8], MASK.to_vec()],
            1009,
        ),
        (
            "a message of more than 128 KB",
            [vec![frame(TEXT, &part)], vec![frame(CONTINUATION, &part); 4]].concat(),
            1009,
        ),
    ]
}

#[tokio::test]
async fn what_breaks_the_protocol_closes_with_its_code_and_costs_nobody_else() {
    let stack = Stack::with().probe().start().await;
    let mut bystander = Raw::open(&stack).await;
    let ends = violations().into_iter().map(async |(name, frames, expected)| {
        let mut raw = Raw::open(&stack).await;
        raw.send(&frames).await;
        let code = timeout(AT_ONCE, raw.closed()).await.ok().flatten();
        (name, expected, code)
    });
    let wrong: Vec<_> = join_all(ends).await;
    let wrong: Vec<_> = wrong.iter().filter(|(_, code, came)| *came != Some(*code)).collect();
    assert!(wrong.is_empty(), "not closed with their codes: {wrong:#?}");
    bystander.send(&[frame(FIN | PING, "still here")]).await;
    assert_eq!(bystander.next().await, Some((PONG, b"still here".to_vec())));
}

#[tokio::test]
async fn what_only_looks_odd_is_taken() {
    let stack = Stack::with().probe().start().await;
    let han = "안녕".as_bytes();
    for frames in [
        vec![frame(FIN | TEXT, "")],
        vec![frame(TEXT, ""), frame(CONTINUATION, ""), frame(FIN | CONTINUATION, "")],
        // A character in two fragments, and a ping between them.
        vec![
            frame(TEXT, &han[..1]),
            frame(FIN | PING, "between"),
            frame(FIN | CONTINUATION, &han[1..]),
        ],
        vec![frame(FIN | PONG, "that nobody asked for")],
        vec![frame(FIN | PING, [b'x'; 125])],
        vec![frame(FIN | TEXT, vec![b'x'; 32 * 1024])],
    ] {
        let mut raw = Raw::open(&stack).await;
        raw.send(&frames).await;
        raw.send(&[frame(FIN | PING, "open")]).await;
        let pong = (PONG, b"open".to_vec());
        while raw.next().await.expect("the socket is open") != pong {}
    }
}

#[tokio::test]
async fn a_close_frame_is_answered_with_its_own_code() {
    let stack = Stack::with().probe().start().await;
    for code in [1000, 1001, 1003, 1011, 3000, 4999] {
        let mut raw = Raw::open(&stack).await;
        raw.send(&[closing(code, "bye")]).await;
        assert_eq!(raw.closed().await, Some(code));
    }
    let mut raw = Raw::open(&stack).await;
    raw.send(&[frame(FIN | CLOSE, "")]).await;
    assert_eq!(raw.closed().await, None, "no code is answered with none");
}
