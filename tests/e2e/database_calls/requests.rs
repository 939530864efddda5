//! The costs of requests.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use tests::{
    Account, Reply, Socket, Stack,
    account::{accounts, guarded},
    deadline::eventually,
};
use tokio_tungstenite::tungstenite::Message;

use super::{costs, counted, counting, table::Costs};

/// Where requests are not counted against their user.
async fn unlimited() -> Stack {
    counting().unlimited().start().await
}

/// The costs of opening the user's ticket socket.
async fn connect(stack: &Stack, account: &Account) -> Costs {
    let path = format!("/chat?ticket={}", account.ticket().await);
    costs(stack, "WsConnect", async {
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

async fn send_with_key(sender: &Account, room: u64, key: &str) -> Reply {
    let path = format!("/api/v1/chat/rooms/{room}/messages");
    let body = json!({ "user_id": sender.id(), "message": "with a key" });
    sender.post_with_key(&path, key, &body).await
}

#[tokio::test]
async fn issuing_a_ticket() {
    let issue = async |stack: &Stack, who: &Account| {
        costs(stack, "IssueTicket", async { drop(who.ticket().await) }).await
    };
    let stack = unlimited().await;
    let ada = Account::create(&stack).await;
    // The profile, and the ticket.
    let unlimited = issue(&stack, &ada).await;
    unlimited.expect("issue a ticket");

    let stack = counting().start().await;
    let ada = Account::create(&stack).await;
    let more = issue(&stack, &ada).await.more_than(unlimited);
    assert_eq!(more, Costs { calls: 1, write_units: 1 }, "how many there were");
    let more = issue(&stack, &ada).await.more_than(unlimited).calls;
    assert!([1, 2].contains(&more), "a bucket in use is looked at before it is charged: {more}");
}

#[tokio::test]
async fn a_token_that_is_not_good_costs_nothing() {
    let stack = counting().start().await;
    let refused = costs(&stack, "IssueTicket", async {
        let request = stack.request(Method::POST, "/chat/ticket");
        stack.ask(request.header("accessToken", "garbage")).await.refusal(401);
    });
    assert_eq!(refused.await, Costs { calls: 0, write_units: 0 });
}

#[tokio::test]
async fn opening_a_ticket_socket() {
    let stack = counting().parameter("WritesPerSecond", 0).start().await;
    let [nobody, some, many] = accounts(&stack).await;
    join_all((0..33).map(|_| some.create_room())).await;
    for _ in 0..11 {
        join_all((0..30).map(|_| many.create_room())).await;
    }
    // The ticket, the connection, the memberships, and how many sockets there are now.
    let without = connect(&stack, &nobody).await;
    without.expect("open a ticket socket");
    // A transaction has 100 writes: the socket's condition, and three for each room.
    let more = connect(&stack, &some).await.more_than(without);
    more.expect("open a ticket socket, for 33 rooms more");
    let ten_times = Costs { calls: 10 * more.calls, write_units: 10 * more.write_units };
    assert_eq!(connect(&stack, &many).await.more_than(without), ten_times);
}

#[tokio::test]
async fn closing_a_ticket_socket_costs_the_same_however_many_rooms_there_are() {
    let stack = counting().start().await;
    let ada = Account::create(&stack).await;
    join_all((0..40).map(|_| ada.create_room())).await;
    let socket = ada.socket().await;
    // The socket, and that it is gone.
    costs(&stack, "WsDisconnect", socket.close(1000, "")).await.expect("close a socket");
}

#[tokio::test]
async fn opening_a_room_socket() {
    let stack = counting().start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let path = format!("/ws/chat/{room}?ticket={}", ada.ticket().await);
    let mut socket = None;
    let opened = costs(&stack, "WsConnect", async {
        socket = stack.socket(&path).await.ok();
    });
    // The ticket, room and membership, the connection with its subscription, how many there are now.
    opened.await.expect("open a room socket with a ticket");
    answered(&mut socket.expect("a socket")).await;
}

#[tokio::test]
async fn opening_a_room_socket_without_a_ticket_takes_two_calls() {
    let stack = Stack::with().env("RUST_LOG", "info").start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let opened = costs(&stack, "WsConnect", async {
        room.connect(&ada).await;
    });
    assert_eq!(opened.await.calls, 2);
}

#[tokio::test]
async fn sending() {
    let stack = counting().start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let mut socket = ada.socket().await;
    answered(&mut socket).await;
    eventually("the first frame's answer", async || {
        (!counted(&stack, "WsDefault").is_empty()).then_some(())
    })
    .await;

    let http = costs(&stack, "SendMessage", async {
        ada.send(room, "over HTTP").await.expect(201);
    });
    // Sender and room, the number and the lease, the message, the subscribers to deliver to, and
    // the lease given back.
    http.await.expect("send over HTTP");
    let keyed = async || {
        costs(&stack, "SendMessage", async {
            send_with_key(&ada, room, "key").await.expect(201);
        })
        .await
    };
    // The key goes with the others.
    keyed().await.expect("send over HTTP with a key");
    keyed().await.expect("repeat a send");
    let frame = costs(&stack, "WsDefault", async {
        let frame = json!({ "roomId": room, "content": "as a frame" });
        socket.send(Message::text(frame.to_string())).await;
    });
    // And whose socket it is.
    frame.await.expect("send over a socket");
}

#[tokio::test]
async fn sending_where_the_lease_is_held() {
    let faults = ["--faults", "kill_at_post=1:1"];
    let stack = guarded().env("RUST_LOG", "info").args(faults).start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let _socket = ada.socket().await;
    assert_eq!(ada.send(room, "its sender dies and keeps the lease").await.status, 500);

    let second = costs(&stack, "SendMessage", async {
        ada.send(room, "left to the holder").await.expect(201);
    });
    // Sender and room, the number, the message.
    second.await.expect("send while another sender broadcasts");
}

#[tokio::test]
async fn reading() {
    let stack = unlimited().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let read = async || {
        costs(&stack, "MarkRead", async {
            let path = format!("/api/v1/chat/rooms/{room}/read");
            ada.post(&path, &json!({ "user_id": ada.id() })).await.expect(200);
        })
        .await
    };
    // Room and membership; the mark.
    read().await.expect("mark as read");
    read().await.expect("mark as read again");
}

#[tokio::test]
async fn rooms_and_members() {
    let stack = unlimited().await;
    let [ada, bob, eve] = accounts(&stack).await;
    let mut room = 0;
    let created = costs(&stack, "CreateRoom", async { room = ada.create_room().await });
    created.await.expect("create a room");

    let add = async |who: &Account| {
        costs(&stack, "AddMember", async { drop(ada.add(room, who, "member").await.expect(201)) })
            .await
    };
    let without = add(&bob).await;
    without.expect("add a member");
    let _sockets = [eve.socket().await, eve.socket().await];
    let more = add(&eve).await.more_than(without);
    let each = Costs { calls: more.calls / 2, write_units: more.write_units / 2 };
    each.expect("add a member, for a socket more");

    let remove = async |who: &Account| {
        costs(&stack, "RemoveMember", async { drop(ada.remove(room, who).await.expect(200)) }).await
    };
    let without = remove(&bob).await;
    without.expect("remove a member");
    let more = remove(&eve).await.more_than(without);
    let each = Costs { calls: more.calls / 2, write_units: more.write_units / 2 };
    each.expect("remove a member, for a socket more");
}

/// Reads cost the same for one room, member or message, and for a page of them.
#[tokio::test]
async fn lists() {
    let stack = unlimited().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    let list = async |function: &'static str, path: String| {
        costs(&stack, function, async { drop(ada.get(&path).await.expect(200)) }).await
    };
    for round in 0..2 {
        ada.send(room, "news").await.expect(201);
        list("ListRooms", format!("/api/v1/chat/users/{}/rooms", ada.id()))
            .await
            .expect("list rooms");
        for (function, rest) in [("ListMessages", "messages"), ("ListMembers", "members")] {
            let path = format!("/api/v1/chat/rooms/{room}/{rest}");
            let operation = format!("list {rest}");
            list(function, path).await.expect(&operation);
        }
        if round == 0 {
            ada.add(room, &bob, "member").await.expect(201);
            let others = join_all((0..30).map(|_| ada.create_room())).await;
            join_all(others.iter().map(async |other| ada.send(*other, "first").await.expect(201)))
                .await;
        }
    }
}
