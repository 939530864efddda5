//! What published chat samples get wrong, each as a test.

use futures_util::future::join_all;
use serde_json::json;
use tests::{Socket, Stack, event, user::fresh_id};

/// More than one `BatchWriteItem` takes.
const MANY: usize = 30;

#[tokio::test]
async fn the_senders_own_connection_survives_a_stale_one() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut socket = room.connect(&ada).await;
    for _ in 0..3 {
        let stale = room.connect(&bob).await;
        socket.expect(&event::member_online(&room, &bob)).await;
        stale.drop_network();

        let sent = room.send(&ada, "still delivered").await;

        // The leaving and the message are broadcast at the same time, and arrive in any order.
        let frames = [socket.next().await, socket.next().await];
        assert!(frames.iter().any(|frame| frame["data"] == sent), "came {frames:?}");
        assert!(frames.iter().any(|frame| frame["type"] == "member_offline"), "came {frames:?}");
    }
}

#[tokio::test]
async fn a_broadcast_reaches_more_sockets_than_one_batch_holds() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let first = room.connect(&ada).await;
    let mut sockets = join_all((0..MANY * 4).map(|_| room.connect(&ada))).await;
    sockets.push(first);

    room.send(&ada, "to all").await;

    let expected = event::message(&room, 1, &ada, "to all");
    for socket in &mut sockets {
        socket.expect(&expected).await;
    }
}

#[tokio::test]
async fn ids_and_times_in_a_request_are_not_believed() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let body = json!({
        "user_id": ada.id, "message": "hi", "id": 999, "chat_room_id": fresh_id(), "is_read": true,
        "created_at": "2001-01-01T00:00:00Z", "timestamp": "2001-01-01T00:00:00Z", "user": bob.view(),
    });

    let sent = room.post("/messages", &body).await.expect(201)["data"].clone();

    assert_eq!(tests::shape::timeless(&sent), event::message_data(&room, 1, &ada, "hi"));
    assert!(!sent.to_string().contains("2001"), "the client's clock is not the server's: {sent}");
}

#[tokio::test]
async fn messages_of_the_same_millisecond_are_both_kept() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let mut socket = room.connect(&ada).await;

    join_all((0..10).map(|_| room.send(&ada, "same instant"))).await;

    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(socket.next().await["data"]["id"].as_u64().expect("an id"));
    }
    ids.sort_unstable();
    assert_eq!(ids, (1..=10).collect::<Vec<_>>());
}

#[tokio::test]
async fn removing_a_member_with_many_connections_ends_them_all_before_the_answer() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let first = room.connect(&bob).await;
    let mut sockets = join_all((0..MANY).map(|_| room.connect(&bob))).await;
    sockets.push(first);

    room.remove(&bob).await.expect(200);
    room.send(&ada, "bob must not see this").await;

    for socket in &mut sockets {
        assert_eq!(socket.closed().await.0, 1000);
    }
}

#[tokio::test]
async fn a_client_that_reconnects_sees_how_much_it_missed() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut socket = room.connect(&bob).await;
    room.send(&ada, "seen").await;
    let seen = socket.next().await["data"]["id"].as_u64().expect("an id");
    Socket::drop_network(socket);
    for _ in 0..3 {
        room.send(&ada, "missed").await;
    }

    let mut socket = room.connect(&bob).await;
    room.send(&ada, "seen again").await;

    let mut frame = socket.next().await;
    while frame["type"] != "message" {
        frame = socket.next().await;
    }
    assert_eq!(frame["data"]["id"], seen + 4, "the gap shows that three are missing");
}
