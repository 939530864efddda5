//! How often a request goes to DynamoDB: the number that its price and most of its time follow.
//!
//! A change of a number here is a change of every customer's bill: it must be meant.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use tests::{
    Account, Socket, Stack,
    account::{accounts, guarded},
    deadline::eventually,
    stack::Options,
};
use tokio_tungstenite::tungstenite::Message;

/// A deployment whose functions log what they did.
fn counting() -> Options {
    guarded().parameter("RoomsPerHour", 0).env("RUST_LOG", "info")
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
pub async fn calls(stack: &Stack, function: &str, act: impl Future<Output = ()>) -> u64 {
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
async fn issuing_a_ticket_takes_three_calls_and_a_few_in_a_row_four() {
    let stack = counting().start().await;
    let ada = Account::create(&stack).await;
    let issue = async || {
        calls(&stack, "IssueTicket", async {
            ada.ticket().await;
        })
        .await
    };
    assert_eq!(issue().await, 3, "how many there were, the ticket, and the profile");
    assert!([3, 4].contains(&issue().await), "a bucket in use is looked at before it is charged");
}

#[tokio::test]
async fn a_token_that_is_not_good_takes_no_call() {
    let stack = counting().start().await;
    let refused = calls(&stack, "IssueTicket", async {
        let request = stack.request(Method::POST, "/chat/ticket");
        stack.ask(request.header("accessToken", "garbage")).await.refusal(401);
    });
    assert_eq!(refused.await, 0);
}

#[tokio::test]
async fn opening_a_ticket_socket_takes_four_calls_and_one_for_33_rooms() {
    let stack = counting().parameter("WritesPerSecond", 0).start().await;
    let [nobody, one, many] = accounts(&stack).await;
    one.create_room().await;
    for _ in 0..10 {
        join_all((0..30).map(|_| many.create_room())).await;
    }
    // The ticket, the connection, the memberships, and how many sockets there are now.
    assert_eq!(connect(&stack, &nobody).await, 4);
    assert_eq!(connect(&stack, &one).await, 4 + 1);
    // A transaction has 100 writes: the socket's condition, and three for each room.
    assert_eq!(connect(&stack, &many).await, 4 + 300_u64.div_ceil(33));
}

#[tokio::test]
async fn closing_a_ticket_socket_takes_two_calls_however_many_rooms_there_are() {
    let stack = counting().start().await;
    let ada = Account::create(&stack).await;
    join_all((0..40).map(|_| ada.create_room())).await;
    let socket = ada.socket().await;
    let closed = calls(&stack, "WsDisconnect", socket.close(1000, ""));
    assert_eq!(closed.await, 2, "the socket, and that it is gone");
}

#[tokio::test]
async fn opening_a_room_socket_takes_four_calls() {
    let stack = counting().start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let path = format!("/ws/chat/{room}?ticket={}", ada.ticket().await);
    let mut socket = None;
    let first = calls(&stack, "WsConnect", async {
        socket = stack.socket(&path).await.ok();
    });
    // The ticket, room and membership, the connection with its subscription, how many there are now.
    assert_eq!(first.await, 4);
    answered(&mut socket.expect("a socket")).await;
}

#[tokio::test]
async fn opening_a_room_socket_without_a_ticket_takes_two_calls() {
    let stack = Stack::with().env("RUST_LOG", "info").start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let opened = calls(&stack, "WsConnect", async {
        room.connect(&ada).await;
    });
    assert_eq!(opened.await, 2);
}

#[tokio::test]
async fn sending_takes_five_calls_and_a_frame_one_more() {
    let stack = counting().start().await;
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
    // Sender and room, the number and the lease, the message, the subscribers to deliver to, and
    // the lease given back.
    assert_eq!(http.await, 5);
    let keyed = calls(&stack, "SendMessage", async {
        let path = format!("/api/v1/chat/rooms/{room}/messages");
        let request = stack.request(Method::POST, &path).header("accessToken", &ada.token);
        let body = json!({ "user_id": ada.id(), "message": "with a key" });
        let request = request.header("Idempotency-Key", "key").json(&body);
        stack.ask(request).await.expect(201);
    });
    assert_eq!(keyed.await, 5, "the key goes with the others");
    let frame = calls(&stack, "WsDefault", async {
        let frame = json!({ "roomId": room, "content": "as a frame" });
        socket.send(Message::text(frame.to_string())).await;
    });
    assert_eq!(frame.await, 6, "and whose socket it is");
}

#[tokio::test]
async fn reading_takes_three_calls_and_reading_again_does_not_write() {
    let stack = counting().start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let read = async || {
        calls(&stack, "MarkRead", async {
            let path = format!("/api/v1/chat/rooms/{room}/read");
            ada.post(&path, &json!({ "user_id": ada.id() })).await.expect(200);
        })
        .await
    };
    let (first, again) = (read().await, read().await);
    // How many writes there were, in one call or in two; room and membership; the mark.
    assert!([3, 4].contains(&first), "{first}");
    assert!([2, 3].contains(&again), "{again}");
}

#[tokio::test]
async fn a_send_that_finds_the_lease_held_takes_three_calls() {
    let faults = ["--faults", "kill_at_post=1:1"];
    let stack = guarded().env("RUST_LOG", "info").args(faults).start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let _socket = ada.socket().await;
    assert_eq!(ada.send(room, "its sender dies and keeps the lease").await.status, 500);

    let second = calls(&stack, "SendMessage", async {
        ada.send(room, "left to the holder").await.expect(201);
    });
    assert_eq!(second.await, 3, "sender and room, the number, the message");
}

/// The calls of the invocation that announced an event of this kind, the only one so far.
async fn spent_on(stack: &Stack, event: &str) -> u64 {
    eventually("the log of an announcement", async || {
        let lines = stack.edge.log.lines();
        let announced = lines.iter().find(|line| line.contains(&format!("event=\"{event}\"")))?;
        let request = announced.split("requestId=").nth(1)?.split_whitespace().next()?;
        let over = lines.iter().find(|line| {
            line.contains(request) && line.contains("the batch was worked off records=1 ")
        })?;
        over.split("dynamodb.calls=").nth(1)?.trim().parse().ok()
    })
    .await
}

#[tokio::test]
async fn what_an_event_costs_behind_the_stream_does_not_grow_with_the_room() {
    let stack = counting().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    stack.quiet().await;
    bob.room_socket(room).await.close(1000, "").await;
    eventually("the offline event", async || {
        let lines = stack.edge.log.lines();
        lines.iter().any(|line| line.contains("event=\"member_offline\"")).then_some(())
    })
    .await;
    let read = json!({ "user_id": bob.id() });
    bob.post(&format!("/api/v1/chat/rooms/{room}/read"), &read).await.expect(200);
    stack.quiet().await;
    ada.remove(room, &bob).await.expect(200);

    for (event, calls) in [
        // The subscribers are read for each event. Besides: the member's open sockets, profile and
        // presence; room and membership; what is left of subscriptions and of the presence, the
        // membership, the sockets.
        ("member_join", 4),
        ("member_online", 2),
        ("member_offline", 2),
        ("read", 1),
        ("member_leave", 5),
    ] {
        assert_eq!(spent_on(&stack, event).await, calls, "{event}");
    }
}
