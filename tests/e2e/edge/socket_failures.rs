//! Functions that fail on a frame: the client gets an error frame, the socket stays.

use serde_json::{Value, json};
use tests::Stack;
use tokio_tungstenite::tungstenite::Message;

use super::connections::Client;

#[tokio::test]
async fn a_failure_is_answered_with_a_frame_and_the_socket_stays() {
    let stack = Stack::with().probe().start().await;
    let mut client = Client::connect(&stack).await;
    for act in ["fail", "panic", "crash", "hang"] {
        client.socket.send(Message::text(json!({ "act": act }).to_string())).await;
        let event = client.socket.next().await;
        assert_eq!(event["requestContext"]["eventType"], "MESSAGE");

        let error = client.socket.next().await;

        assert_eq!(
            error,
            json!({
                "message": "Internal server error",
                "connectionId": client.id, "requestId": event["requestContext"]["requestId"],
            }),
            "{act}"
        );
    }
}

#[tokio::test]
async fn an_answer_to_a_frame_is_not_sent_without_a_route_response() {
    let stack = Stack::with().probe().start().await;
    let mut client = Client::connect(&stack).await;
    let reply = json!({ "act": "reply", "reply": { "statusCode": 200, "body": "not for you" } });
    client.socket.send(Message::text(reply.to_string())).await;
    client.socket.next().await;
    client.socket.send(Message::text("next")).await;
    assert_eq!(client.socket.next().await["body"], "next");
}

#[tokio::test]
async fn a_failing_disconnect_function_harms_nobody() {
    let stack = Stack::with().probe().start().await;
    let mut stays = Client::connect(&stack).await;
    let leaves = Client::connect(&stack).await;
    leaves.socket.close(1000, "").await;
    stays.socket.send(Message::text("still here")).await;
    let event: Value = stays.socket.next().await;
    assert_eq!(event["body"], "still here");
}
