//! Many sends at once, one order for everybody.

use futures_util::future::join_all;
use tests::{
    Account, Socket,
    account::{accounts, guarded},
};

use super::history;

const AT_ONCE: usize = 16;
const EACH: usize = 12;
const SOCKETS: usize = 120;

#[tokio::test]
async fn sixteen_senders_at_once_give_120_sockets_one_order_without_a_gap_or_a_double() {
    let stack = guarded().unlimited().start().await;
    let users: [Account; 4] = accounts(&stack).await;
    let room = users[0].create_room().await;
    for other in &users[1..] {
        users[0].add(room, other, "member").await.expect(201);
    }
    let mut sockets = Vec::new();
    for number in 0..SOCKETS / 20 {
        let user = &users[number % users.len()];
        sockets.extend(join_all((0..20).map(|_| user.room_socket_at_once(room))).await);
    }
    stack.quiet().await;

    let send = async |sender: usize| {
        for number in 0..EACH {
            let text = format!("{number} of {sender}");
            users[sender % users.len()].send(room, &text).await.expect(201);
        }
    };
    let receive = join_all(sockets.iter_mut().map(messages));
    let (_, received) = futures_util::join!(join_all((0..AT_ONCE).map(send)), receive);

    let stored = history(&users[0], room).await;
    assert_eq!(stored.len(), AT_ONCE * EACH);
    for seen in received {
        assert_eq!(seen, stored, "left was seen, right is the history");
    }
    for socket in &mut sockets {
        socket.send("nothing behind").await;
        let next = socket.next().await;
        assert_eq!(next["type"], "error", "came once more: {next}");
    }
}

async fn messages(socket: &mut Socket) -> Vec<(u64, String)> {
    let mut seen = Vec::new();
    while seen.len() < AT_ONCE * EACH {
        let frame = socket.next().await;
        if frame["type"] == "message" {
            let (id, text) = (&frame["data"]["id"], &frame["data"]["message"]);
            seen.push((id.as_u64().expect("an id"), text.as_str().expect("a text").to_owned()));
        }
    }
    seen
}
