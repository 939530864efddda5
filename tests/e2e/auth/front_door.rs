//! A secret that the distribution shows to the functions: nobody gets around it.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Account, Reply, Socket, Stack, account::guarded, socket::Refusal};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const HEADER: &str = "x-origin-secret";
const NEW: &str = "the-new-secret-of-the-distribution";
const OLD: &str = "the-old-secret-of-the-distribution";

/// The id of the HTTP API, as the events have it.
async fn http_api(stack: &Stack) -> String {
    let mut read = stack.get("/_edge/records").await.expect(200);
    let Value::Array(records) = read["records"].take() else { panic!("no records in {read}") };
    let mut contexts = records.iter().map(|entry| &entry["record"]["event"]["requestContext"]);
    let context = contexts.find(|context| context["http"].is_object()).expect("an event");
    context["apiId"].as_str().expect("an API id").to_owned()
}

/// Asks for the user's rooms at the API's own address.
async fn around(stack: &Stack, ada: &Account, secret: Option<&str>) -> Reply {
    let api = http_api(stack).await;
    let path = format!("/_aws/execute-api/{api}/$default/api/v1/chat/users/{}/rooms", ada.id());
    let request = stack.request(Method::GET, &path).header("accessToken", &ada.token);
    stack.ask(secret.into_iter().fold(request, |request, it| request.header(HEADER, it))).await
}

async fn open(stack: &Stack, path: &str, secret: &str) -> Result<Socket, Refusal> {
    let mut request = stack.socket_url(path).into_client_request().expect("a valid URL");
    request.headers_mut().insert(HEADER, secret.parse().expect("a value"));
    Socket::open_with(request).await
}

#[tokio::test]
async fn the_chat_works_through_the_distribution_and_not_around_it() {
    let stack = guarded().strict().parameter("OriginSecrets", format!("{NEW},{OLD}")).start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let mut socket = ada.socket().await;
    ada.send(room, "hello").await.expect(201);
    socket.expect(&ada.frame(room, 1, "hello")).await;

    for secret in [NEW, OLD] {
        around(&stack, &ada, Some(secret)).await.expect(200);
    }
    for wrong in [None, Some(""), Some("another-secret-of-another-distribution")] {
        let refused = around(&stack, &ada, wrong).await.expect(403);
        assert_eq!(
            (&refused["success"], &refused["error"]),
            (&json!(false), &json!({ "code": "forbidden" }))
        );
    }

    // The stage is the path of the WebSocket API's own address.
    let ticket = ada.ticket().await;
    let path = format!("/prod?ticket={ticket}");
    assert_eq!(open(&stack, &path, "wrong").await.unwrap_err().status, 403);
    // The refusal came first: the ticket was not used up.
    open(&stack, &path, OLD).await.unwrap();
}

#[tokio::test]
async fn what_a_viewer_sends_under_the_headers_name_is_replaced_and_no_answer_shows_it() {
    let stack = guarded().strict().parameter("OriginSecrets", NEW).start().await;
    let ada = Account::create(&stack).await;
    let path = format!("/api/v1/chat/users/{}/rooms", ada.id());
    let request = stack.request(Method::GET, &path).header("accessToken", &ada.token);
    let answer = stack.ask(request.header(HEADER, "wrong")).await;
    assert!(!format!("{answer:?}").contains(NEW), "{answer:?}");
    answer.expect(200);
    open(&stack, &format!("/chat?ticket={}", ada.ticket().await), "wrong").await.unwrap();

    let shown = stack.get("/_edge/records").await.expect(200).to_string();
    assert!(shown.contains(HEADER) && !shown.contains(NEW), "the inspector masks it");
}

#[tokio::test]
async fn without_secrets_the_apis_own_addresses_are_open() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    around(&stack, &ada, None).await.expect(200);
}
