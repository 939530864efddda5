//! The network: `--host` opens the chat, and nothing else.

use std::net::UdpSocket;

use reqwest::Method;
use tests::{
    Edge, Stack,
    account::guarded,
    deadline::eventually,
    signature::{developer, sign},
    tls,
};

/// The machine's address on a network, None where it is on none. Nothing is sent.
fn own_address() -> Option<String> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback()).then(|| address.to_string())
}

fn refusal(mut edge: Edge) -> String {
    assert!(!edge.ended().success(), "the edge started");
    edge.log.text()
}

#[test]
fn nobody_opens_a_trusting_edge_to_the_network_by_accident() {
    for host in ["0.0.0.0", "::", "192.0.2.1"] {
        let said = refusal(Stack::with().args(["--host", host]).spawn());
        for word in ["--host", "--auth required", "--trust-network"] {
            assert!(said.contains(word), "{said}");
        }
    }
}

#[tokio::test]
async fn the_start_says_who_gets_in() {
    for (options, says) in [
        (Stack::with(), ["this machine", "as whoever they say"]),
        (guarded(), ["this machine", "with an access token"]),
        (
            guarded().args(["--host", "0.0.0.0"]),
            ["THE NETWORK, at 0.0.0.0:", "with an access token"],
        ),
        (
            Stack::with().args(["--host", "0.0.0.0", "--trust-network"]),
            ["THE NETWORK, at 0.0.0.0:", "as whoever they say"],
        ),
    ] {
        let stack = options.start().await;
        let lines = stack.edge.log.lines();
        let line = lines.iter().find(|line| line.trim().starts_with("Open to")).expect("a line");
        assert!(says.iter().all(|says| line.contains(says)), "{says:?}: {line}");
    }
}

/// A machine without a network has nobody to be closed to: there the guard's own tests must do.
#[tokio::test]
async fn whoever_comes_over_the_network_gets_the_chat_and_nothing_else() {
    let Some(own) = own_address() else { return };
    for host in ["0.0.0.0", &own] {
        let stack = guarded().args(["--host", host]).start().await;
        let client = tls::http_client().build().expect("a client");
        let url = |path: &str| format!("http://{own}:{}{path}", stack.port);
        let get = async |path: &str| {
            let answer =
                client.get(url(path)).basic_auth("local", Some(developer().secret_access_key()));
            answer.send().await.expect("an answer").status().as_u16()
        };
        assert_eq!(get("/healthz").await, 200);
        assert_eq!(get("/api/v1/chat/rooms/1").await, 401);
        assert_eq!(get("/_edge/connections").await, 403);
        let mut post = client.request(Method::POST, url("/prod/@connections/AAAAAAAAAAAAAAA="));
        post = post.header("host", format!("localhost:{}", stack.port)).body("x");
        let mut post = post.build().expect("a request");
        sign(&mut post, "execute-api", &developer());
        assert_eq!(client.execute(post).await.expect("an answer").status(), 403);
        // The functions post over loopback all the same.
        let ada = tests::Account::create(&stack).await;
        let room = ada.create_room().await;
        let mut socket = ada.socket().await;
        ada.send(room, "over loopback").await.expect(201);
        eventually("the message", async || {
            (socket.next().await["content"] == "over loopback").then_some(())
        })
        .await;
    }
}
