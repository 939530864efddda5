//! How often a request goes to DynamoDB: the number that its price and most of its time follow.
//!
//! A change of a number here is a change of every customer's bill: it must be meant.

use reqwest::Method;
use serde_json::json;
use tests::{
    Account, Socket, Stack,
    account::{accounts, guarded},
    deadline::eventually,
};
use tokio_tungstenite::tungstenite::Message;

/// A deployment whose functions log what they did.
async fn counting() -> Stack {
    guarded().env("RUST_LOG", "info").start().await
}

/// The calls of each request that the function has answered so far.
fn counted(stack: &Stack, function: &str) -> Vec<u64> {
    let lines = stack.edge.log.lines();
    let own = lines.iter().filter(|line| line.starts_with(&format!("{function}: ")));
    own.filter_map(|line| {
        let (_, rest) = line.split_once("dynamodb.calls=")?;
        rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
    })
    .collect()
}

/// The calls of the one request that `act` makes to the function.
async fn calls(stack: &Stack, function: &str, act: impl Future<Output = ()>) -> u64 {
    let before = counted(stack, function).len();
    act.await;
    let new = eventually("a logged request", async || {
        let counted = counted(stack, function);
        (counted.len() > before).then(|| counted[before..].to_vec())
    });
    let new = new.await;
    assert_eq!(new.len(), 1, "one request to {function}, came {new:?}");
    new[0]
}

/// The calls of opening the user's ticket socket.
async fn connect(stack: &Stack, account: &Account) -> u64 {
    let ticket = account.ticket().await;
    let path = format!("/chat?ticket={ticket}");
    calls(stack, "WsConnect", async {
        let mut socket = stack.socket(&path).await.expect("a socket");
        answered(&mut socket).await;
    })
    .await
}

/// The socket is open: a frame on it is answered.
async fn answered(socket: &mut Socket) {
    socket.send(Message::text("?")).await;
    assert_eq!(socket.next().await["type"], "error");
}

#[tokio::test]
async fn issuing_a_ticket_takes_two_calls() {
    let stack = counting().await;
    let ada = Account::create(&stack).await;
    let issue = async || {
        calls(&stack, "IssueTicket", async {
            ada.ticket().await;
        })
        .await
    };
    assert_eq!([issue().await, issue().await], [2, 2], "the ticket and the profile");
}

#[tokio::test]
async fn a_token_that_is_not_good_takes_no_call() {
    let stack = counting().await;
    let refused = calls(&stack, "IssueTicket", async {
        let request = stack.request(Method::POST, "/chat/ticket");
        stack.ask(request.header("accessToken", "garbage")).await.refusal(401);
    });
    assert_eq!(refused.await, 0);
}

#[tokio::test]
async fn opening_a_ticket_socket_takes_three_calls_and_a_few_for_each_room() {
    let stack = counting().await;
    let [nobody, one, three] = accounts(&stack).await;
    one.create_room().await;
    for _ in 0..3 {
        three.create_room().await;
    }
    // The ticket, the connection, the memberships.
    assert_eq!(connect(&stack, &nobody).await, 3);
    // All rooms at once, then each room's subscription, presence and subscribers to deliver to.
    assert_eq!(connect(&stack, &one).await, 3 + 1 + 3);
    assert_eq!(connect(&stack, &three).await, 3 + 1 + 3 * 3);
}

#[tokio::test]
async fn opening_a_room_socket_takes_five_calls() {
    let stack = counting().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let path = format!("/ws/chat/{room}?ticket={}", ada.ticket().await);
    let mut socket = None;
    let first = calls(&stack, "WsConnect", async {
        socket = stack.socket(&path).await.ok();
    });
    // The ticket, room and membership, the connection, presence, the subscribers to deliver to.
    assert_eq!(first.await, 5);
    answered(&mut socket.expect("a socket")).await;
}

#[tokio::test]
async fn sending_takes_four_calls_and_a_frame_one_more() {
    let stack = counting().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let mut socket = ada.socket().await;
    answered(&mut socket).await;
    eventually("the first frame's answer", async || {
        (!counted(&stack, "WsDefault").is_empty()).then_some(())
    })
    .await;

    let http = calls(&stack, "SendMessage", async {
        ada.send(room, "over HTTP").await.expect(201);
    });
    // Sender and room, the id, the message, the subscribers to deliver to.
    assert_eq!(http.await, 4);
    let frame = calls(&stack, "WsDefault", async {
        let frame = json!({ "roomId": room, "content": "as a frame" });
        socket.send(Message::text(frame.to_string())).await;
    });
    assert_eq!(frame.await, 5, "and whose socket it is");
}
