//! The handshake: `$connect` decides, and its answer is what the client sees.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tests::{Socket, Stack, socket::Refusal};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::connections::{Client, WAIT};

/// The key of RFC 6455's own example.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// Longer than any handshake here takes.
const PATIENCE: Duration = Duration::from_secs(10);

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
    let refused = connect(&strict, &asked).await.expect_err("a refusal");
    assert_eq!(refused.status, 403);
    let body: Value = serde_json::from_str(&refused.body).expect("the function's own body");
    assert_eq!(body["closeCode"], 1003);
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
        assert_eq!(refused.status, 502, "{act} gave {refused:?}");
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

/// A handshake by hand: a WebSocket client would insist on a subprotocol that it offered, and would
/// not give up halfway.
fn upgrade(stack: &Stack, path: &str) -> RequestBuilder {
    let request = stack.request(Method::GET, path).timeout(PATIENCE);
    let request = request.header("connection", "upgrade").header("upgrade", "websocket");
    request.header("sec-websocket-version", "13").header("sec-websocket-key", KEY)
}

#[tokio::test]
async fn without_an_answer_to_the_offered_subprotocols_none_is_selected() {
    let stack = Stack::with().probe().start().await;
    let offer = upgrade(&stack, "/socket").header("sec-websocket-protocol", "chat.v1");
    let answer = offer.send().await.expect("an answer");
    assert_eq!(answer.status(), 101);
    assert_eq!(answer.headers().get("sec-websocket-protocol"), None);
}

#[tokio::test]
async fn a_client_that_goes_while_connect_runs_is_disconnected_once() {
    let stack = Stack::with().patient_probe(10).start().await;
    let mut witness = Client::witness(&stack).await;
    let handshake = tokio::spawn(upgrade(&stack, &format!("/socket?act={WAIT}")).send());
    witness.hears("CONNECT").await;

    handshake.abort();
    assert!(handshake.await.is_err_and(|ended| ended.is_cancelled()), "the client is gone");
    witness.release().await;

    assert_eq!(witness.hears_of_the_end().await.0, 1006);
    let _next = stack.socket("/socket").await.expect("a socket");
    witness.hears("CONNECT").await;
}

#[tokio::test]
async fn a_socket_needs_an_upgrade_and_exactly_the_stage() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    assert_eq!(stack.get("/socket").await.status, 426);
    assert_eq!(stack.ask(stack.request(Method::POST, "/socket")).await.status, 403);
    let own = api(&mut witness).await;
    for path in [
        // The first has a viewer function that leaves it alone, the second has none.
        "/socket/somewhere".to_owned(),
        "/unmapped".to_owned(),
        format!("/_aws/execute-api/{own}/live/more"),
        format!("/_aws/execute-api/{own}/"),
    ] {
        let refused = stack.socket(&path).await.expect_err("a refusal");
        let body: Value = serde_json::from_str(&refused.body).expect("JSON");
        assert_eq!((refused.status, body), (403, json!({ "message": "Forbidden" })), "{path}");
    }
    let refused = stack.socket(&format!("/live?{}", "x".repeat(4_097))).await;
    assert_eq!(refused.expect_err("a refusal").status, 414);
    let _admitted = stack.socket("/socket?user=7").await.expect("a socket");
    let first = witness.hears("CONNECT").await;
    let asked = json!({ "user": "7" });
    assert_eq!(first["queryStringParameters"], asked, "no function heard of the refused ones");
    assert_eq!(
        stack.get("/live/more").await.status,
        404,
        "below the stage the distribution decides"
    );
}

#[tokio::test]
async fn the_stage_itself_is_a_socket_url_too() {
    let stack = Stack::with().probe().start().await;
    let mut witness = Client::witness(&stack).await;
    let own = api(&mut witness).await;
    for path in [
        "/live?user=1".to_owned(),
        "/live/?user=1".to_owned(),
        format!("/_aws/execute-api/{own}/live?user=1"),
        format!("/_aws/execute-api/{own}/live/?user=1"),
    ] {
        let socket = stack.socket(&path).await.expect("a socket");
        let event = witness.hears("CONNECT").await;
        assert_eq!(event["queryStringParameters"], json!({ "user": "1" }), "{path}");
        let open = stack.get("/_edge/connections").await.expect(200);
        assert_eq!(open.as_array().map(Vec::len), Some(2), "{path}");
        assert!(open[0]["connectedSince"].is_string(), "{open}");
        socket.drop_network();
        witness.hears("DISCONNECT").await;
    }
}

/// The id of the WebSocket API, as its events name it.
async fn api(client: &mut Client) -> String {
    client.socket.send("whose event is this?").await;
    let event = client.socket.next().await;
    event["requestContext"]["apiId"].as_str().expect("an API id").to_owned()
}
