//! The page of the local run: files where the template has no route, and nowhere else.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::{Stack, account::guarded, tls};

const FILES: [(&str, &str); 5] = [
    ("/", "text/html; charset=utf-8"),
    ("/page.js", "text/javascript; charset=utf-8"),
    ("/client/chat-client.js", "text/javascript; charset=utf-8"),
    ("/css/base.css", "text/css; charset=utf-8"),
    ("/demo.json", "application/json"),
];

async fn ask(stack: &Stack, method: Method, path: &str) -> reqwest::Response {
    let client = tls::http_client().build().expect("a client");
    client.request(method, stack.url(path)).send().await.expect("an answer")
}

#[tokio::test]
async fn the_page_may_run_its_own_scripts_and_nothing_else() {
    let stack = Stack::with().demo().start().await;
    for (path, content_type) in FILES {
        for method in [Method::GET, Method::HEAD] {
            let answer = ask(&stack, method.clone(), path).await;
            assert_eq!(answer.status(), StatusCode::OK, "{method} {path}");
            let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
            assert_eq!(header("content-type"), content_type, "{path}");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("referrer-policy"), "no-referrer");
            assert_eq!(header("cache-control"), "no-cache");
            let policy = header("content-security-policy");
            for part in ["default-src 'none'", "script-src 'self'", "require-trusted-types-for"] {
                assert!(policy.contains(part), "{part} is missing in {policy}");
            }
            assert!(!policy.contains("unsafe"), "{policy}");
            let length: usize = header("content-length").parse().expect("a number");
            let body = answer.bytes().await.expect("a body");
            assert_eq!(body.len(), if method == Method::HEAD { 0 } else { length }, "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_no_file_is_answered_as_without_the_page() {
    let stack = Stack::start().await;
    let not_found = json!({ "message": "Not Found" });
    for path in [
        "/index.html",
        "/nothing",
        "/demo.json",
        "/client",
        "/client/",
        "/../Cargo.toml",
        "/%2e%2e/demo.json",
        "//page.js",
        "/css/../page.js?",
    ] {
        let answer = stack.get(path).await;
        // A client tidies `..` up before it asks.
        if answer.status != 200 {
            assert_eq!(answer.expect(404), not_found, "{path}");
        }
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = stack.ask(stack.request(method, "/")).await;
        assert_eq!(answer.expect(404), not_found);
    }
    for (path, status) in [("/chat", 426), ("/chat/ticket", 405), ("/healthz", 200)] {
        assert_eq!(stack.get(path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn another_template_has_no_page_of_the_chat() {
    let stack = Stack::with().probe().start().await;
    for path in ["/", "/page.js", "/demo.json"] {
        assert_eq!(stack.get(path).await.status, 404, "{path}");
    }
    assert!(!stack.edge.log.text().contains("in two windows"));
}

#[tokio::test]
async fn the_first_line_that_is_printed_is_the_pages() {
    let stack = Stack::start().await;
    let lines = stack.edge.log.lines();
    let first = lines.iter().find(|line| !line.is_empty()).expect("a line");
    assert!(first.contains(&format!("http://localhost:{}/ in a browser", stack.port)), "{first}");
}

#[tokio::test]
async fn a_token_is_given_away_where_callers_are_believed_and_nowhere_else() {
    let stack = Stack::with().demo().start().await;
    let given = ask(&stack, Method::GET, "/page/token?user=2").await;
    assert_eq!(given.headers()["cache-control"], "no-store");
    assert!(given.headers().get("access-control-allow-origin").is_none());
    let given: Value = given.json().await.expect("JSON");
    let token = given["token"].as_str().expect("a token");
    let request = stack.request(Method::POST, "/chat/ticket").header("accessToken", token);
    stack.ask(request).await.expect(200);
    for query in ["", "?user=", "?user=0", "?user=-1", "?user=x"] {
        assert_eq!(stack.get(&format!("/page/token{query}")).await.status, 400, "{query}");
    }

    let guarded = guarded().start().await;
    assert_eq!(guarded.get("/page/token?user=2").await.status, 403);
    assert_eq!(guarded.get("/").await.status, 200);
}
