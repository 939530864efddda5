//! The handshake: `$connect` decides, and its answer is what the client sees.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Socket, Stack, socket::Refusal};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::connections::Client;

async fn connect(stack: &Stack, act: &Value) -> Result<Socket, Refusal> {
    let url =
        reqwest::Url::parse_with_params(&stack.socket_url("/socket"), [("act", act.to_string())]);
    Socket::open(url.expect("a URL").as_str()).await
}

fn refusal(status: u16, body: &Value) -> Value {
    json!({ "act": "reply", "reply": { "statusCode": status, "body": body.to_string() } })
}

#[tokio::test]
async fn a_refusal_is_the_handshakes_status() {
    for options in [Stack::with().probe(), Stack::with().probe().strict()] {
        let stack = options.start().await;
        for status in [400, 401, 403, 404, 500, 503] {
            let refused = connect(&stack, &refusal(status, &json!({ "why": "no" }))).await;
            assert_eq!(refused.expect_err("a refusal").status, status);
        }
    }
}

#[tokio::test]
async fn a_refusal_may_name_a_close_code_which_strict_ignores() {
    let asked = refusal(403, &json!({ "closeCode": 1003, "reason": "unknown room" }));
    let stack = Stack::with().probe().start().await;
    let mut socket = connect(&stack, &asked).await.expect("a handshake");
    assert_eq!(socket.closed().await, (1003, "unknown room".to_owned()));

    let strict = Stack::with().probe().strict().start().await;
    assert_eq!(connect(&strict, &asked).await.expect_err("a refusal").status, 403);
}

#[tokio::test]
async fn a_refused_connection_never_disconnects() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    for act in [refusal(403, &json!({})), refusal(403, &json!({ "closeCode": 1003, "reason": "" }))]
    {
        if let Ok(mut socket) = connect(&stack, &act).await {
            socket.closed().await;
        }
        witness.hears("CONNECT").await;
    }
    let client = stack.socket("/socket").await.expect("a socket");
    witness.hears("CONNECT").await;
    client.close(1000, "last").await;
    assert_eq!(witness.hears_of_the_end().await, (1000, "last".to_owned()));
}

#[tokio::test]
async fn a_failing_connect_function_is_a_server_error() {
    let stack = Stack::with().probe().start().await;
    let strict = Stack::with().probe().strict().start().await;
    for act in ["fail", "panic", "crash", "hang"] {
        let refused = connect(&strict, &json!({ "act": act })).await.expect_err("a refusal");
        assert!([500, 502, 504].contains(&refused.status), "{act} gave {refused:?}");
        let mut kind = connect(&stack, &json!({ "act": act })).await.expect("a handshake");
        assert_eq!(kind.closed().await.0, 1011, "{act}");
    }
    let _works_again = Client::connect(&stack).await;
}

#[tokio::test]
async fn a_subprotocol_is_what_the_function_answers() {
    let stack = Stack::with().probe().start().await;
    let echo = json!({ "act": "reply", "reply": {
        "statusCode": 200, "headers": { "Sec-WebSocket-Protocol": "chat.v2" },
    }});
    let url = stack.socket_url("/socket");
    let url = reqwest::Url::parse_with_params(&url, [("act", echo.to_string())]).expect("a URL");
    let mut request = url.as_str().into_client_request().expect("a request");
    let offered = "chat.v1, chat.v2".parse().expect("a value");
    request.headers_mut().insert("sec-websocket-protocol", offered);

    let socket = Socket::open_with(request).await.expect("a socket");

    assert_eq!(socket.handshake.headers()["sec-websocket-protocol"], "chat.v2");
}

#[tokio::test]
async fn a_socket_needs_an_upgrade_and_exactly_the_stage() {
    let stack = Stack::with().probe().start().await;
    assert_eq!(stack.get("/socket").await.status, 426);
    assert_eq!(stack.ask(stack.request(Method::POST, "/socket")).await.status, 403);
    let refused = stack.socket("/socket/somewhere").await.expect_err("a refusal");
    assert_eq!(refused.status, 403);
    assert_eq!(
        stack.get("/live/more").await.status,
        404,
        "below the stage the distribution decides"
    );
}

#[tokio::test]
async fn the_stage_itself_is_a_socket_url_too() {
    let stack = Stack::with().probe().start().await;
    assert!(stack.socket("/live?user=1").await.is_ok());
}
