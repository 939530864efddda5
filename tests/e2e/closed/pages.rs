//! Web pages, which reach loopback through their reader's browser.

use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::{Method, StatusCode};
use tests::{Stack, account::guarded, signature::developer};

use super::{answer, inner_ports, status};

/// What a browser sends for a page of another site, and for one whose name was pointed to loopback.
fn of_pages(port: u16) -> [Vec<String>; 4] {
    let (own, foreign) = (format!("Host: localhost:{port}"), format!("Host: evil.example:{port}"));
    [
        vec![own.clone(), "Origin: http://evil.example".to_owned()],
        vec![own, "Origin: null".to_owned()],
        vec![foreign.clone(), format!("Origin: http://evil.example:{port}")],
        vec![foreign],
    ]
}

fn basic(key: &str, secret: &str) -> String {
    format!("Authorization: Basic {}", BASE64_STANDARD.encode(format!("{key}:{secret}")))
}

#[tokio::test]
async fn no_inner_port_answers_a_page() {
    let stack = guarded().start().await;
    let ports = inner_ports(&stack);
    assert!(!ports.is_empty());
    for port in ports {
        for headers in of_pages(port) {
            for call in ["POST / HTTP/1.1", "OPTIONS / HTTP/1.1", "GET /any/path HTTP/1.1"] {
                let lines: Vec<&str> =
                    [call].into_iter().chain(headers.iter().map(String::as_str)).collect();
                assert_eq!(
                    status(("127.0.0.1", port), &lines).await,
                    Some(403),
                    "{port} {lines:?}"
                );
            }
        }
    }
}

/// Form without substance was enough for the database's own server.
#[tokio::test]
async fn no_inner_port_shows_the_table_to_whoever_does_not_sign() {
    let stack = guarded().start().await;
    for port in inner_ports(&stack) {
        let host = format!("Host: 127.0.0.1:{port}");
        let call = [
            "POST / HTTP/1.1",
            &host,
            "X-Amz-Target: DynamoDB_20120810.ListTables",
            "X-Amz-Date: 20240101T000000Z",
            "Content-Type: application/x-amz-json-1.0",
            "Authorization: AWS4-HMAC-SHA256 Credential=local/20240101/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=host, Signature=0",
            "Content-Length: 2",
            "",
            "{}",
        ];
        let answer = answer(("127.0.0.1", port), &call).await.unwrap_or_default();
        assert!(!answer.contains("TableNames"), "{port}: {answer}");
    }
}

#[tokio::test]
async fn what_the_edge_shows_is_for_the_developer() {
    let stack = guarded().start().await;
    let address = ("127.0.0.1", stack.port);
    let (key, secret) = ("local", developer().secret_access_key().to_owned());
    let own = format!("Host: localhost:{}", stack.port);
    for path in ["/_edge/connections", "/_edge/event-sources", "/_edge/faults", "/_edge/", "/_edge"]
    {
        let call = format!("GET {path} HTTP/1.1");
        for refused in
            ["Accept: */*".to_owned(), basic(key, "local"), basic("", ""), basic("x", &secret)]
        {
            let answer = answer(address, &[&call, &own, &refused]).await.unwrap_or_default();
            assert!(answer.starts_with("HTTP/1.1 401 "), "{path} {refused}: {answer}");
            assert!(answer.contains("www-authenticate: Basic realm="), "{answer}");
        }
        let developer = basic(key, &secret);
        for headers in of_pages(stack.port) {
            let lines: Vec<&str> =
                [&call, &developer].into_iter().chain(&headers).map(|line| &**line).collect();
            assert_eq!(status(address, &lines).await, Some(403), "{lines:?}");
        }
        let page = format!("Origin: http://localhost:{}", stack.port);
        let own_page = status(address, &[&call, &own, &page, &developer]).await;
        assert!(![Some(401), Some(403)].contains(&own_page), "{path}: {own_page:?}");
    }
    stack.get("/_edge/connections").await.expect(200);
    assert_eq!(status(address, &["GET /healthz HTTP/1.1", "Host: evil.example"]).await, Some(200));
}

#[tokio::test]
async fn no_page_posts_to_a_connection() {
    let stack = guarded().start().await;
    let call = |name: &'static str, value: &str| {
        let request = stack.management(Method::POST, "prod", "AAAAAAAAAAAAAAA=");
        stack.ask_signed(request.header(name, value).body("x"))
    };
    assert_eq!(call("accept", "*/*").await.status, StatusCode::GONE);
    for (name, value) in [("origin", "http://evil.example"), ("host", "evil.example")] {
        let refused = call(name, value).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{name}");
        assert!(refused.text.to_lowercase().contains(name), "{refused:?}");
    }
}

/// The chat itself is for phones on the network and for pages of other origins.
#[tokio::test]
async fn the_chat_answers_whatever_it_is_called() {
    let stack = Stack::start().await;
    let lines =
        ["GET /api/v1/chat/rooms/1 HTTP/1.1", "Host: phone.example", "Origin: http://app.example"];
    assert_eq!(status(("127.0.0.1", stack.port), &lines).await, Some(404));
}
