//! From which web pages sockets may be opened.

use tests::{Account, Socket, Stack, account::guarded, socket::Refusal};
use tokio_tungstenite::tungstenite::{client::IntoClientRequest, http::HeaderValue};

const LIST: &str = "AllowedOrigins=https://app.example.com, *.example.org";
const REASON: &str = "sockets may not be opened from this origin";

async fn open(stack: &Stack, path: &str, origin: Option<&'static str>) -> Result<Socket, Refusal> {
    let mut request = stack.socket_url(path).into_client_request().expect("a valid URL");
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", HeaderValue::from_static(origin));
    }
    Socket::open_with(request).await
}

#[tokio::test]
async fn listed_pages_and_native_apps_open_sockets_and_no_others() {
    let stack = guarded().args(["--parameter", LIST]).start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let mut message = 0;
    for origin in [None, Some("https://app.example.com"), Some("https://a.example.org")] {
        let path = format!("/chat?ticket={}", ada.ticket().await);
        let mut socket = open(&stack, &path, origin).await.unwrap();
        message += 1;
        ada.send(room, "welcome").await.expect(201);
        socket.expect(&ada.frame(room, message, "welcome")).await;
    }
    for origin in ["https://evil.example", "http://app.example.com", "https://example.org", "null"]
    {
        let ticket = ada.ticket().await;
        for path in [format!("/chat?ticket={ticket}"), format!("/ws/chat/{room}?ticket={ticket}")] {
            let mut refused = open(&stack, &path, Some(origin)).await.unwrap();
            assert_eq!(refused.closed().await, (1002, REASON.to_owned()), "{origin}");
        }
        let path = format!("/chat?ticket={ticket}");
        let mut socket = open(&stack, &path, None).await.unwrap();
        message += 1;
        ada.send(room, "the ticket was not used up").await.expect(201);
        socket.expect(&ada.frame(room, message, "the ticket was not used up")).await;
    }
}

#[tokio::test]
async fn a_strict_edge_forbids_the_handshake() {
    let stack = guarded().strict().args(["--parameter", LIST]).start().await;
    let ada = Account::create(&stack).await;
    let path = format!("/chat?ticket={}", ada.ticket().await);
    let refused = open(&stack, &path, Some("https://evil.example")).await.unwrap_err();
    assert_eq!(refused.status, 403);
    open(&stack, &path, Some("https://app.example.com")).await.unwrap();
}

#[tokio::test]
async fn without_a_list_any_page_opens_sockets() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let path = format!("/chat?ticket={}", ada.ticket().await);
    let socket = open(&stack, &path, Some("https://anything.example")).await.unwrap();
    socket.close(1000, "").await;
}
