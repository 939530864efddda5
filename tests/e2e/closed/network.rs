//! The network: `--host` opens the chat, and nothing else.

use std::net::UdpSocket;

use tests::{Account, Edge, Stack, account::guarded};

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

/// Who comes from elsewhere is refused by the guard, whose own tests have addresses to come from.
#[tokio::test]
async fn the_functions_find_the_edge_whatever_it_listens_on() {
    let hosts = ["0.0.0.0".to_owned(), "127.0.0.1".to_owned()].into_iter().chain(own_address());
    for host in hosts {
        let stack = guarded().args(["--host", &host]).start().await;
        let ada = Account::create(&stack).await;
        let room = ada.create_room().await;
        let mut socket = ada.socket().await;
        ada.send(room, "over loopback").await.expect(201);
        assert_eq!(socket.next().await["content"], "over loopback", "{host}");
    }
}
