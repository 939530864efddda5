//! The room socket where tickets are asked for.

use tests::{
    Account, Api,
    account::{accounts, guarded},
};
use uuid::Uuid;

async fn close_code(api: &Api, path: &str) -> u16 {
    api.socket(path).await.expect("the handshake completes").closed().await.0
}

#[tokio::test]
async fn a_room_socket_opens_with_a_ticket_only() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let mut socket = ada.room_socket(room).await;

    let path = format!("/ws/chat/{room}?user_id={}", ada.id());
    assert_eq!(close_code(&stack, &path).await, 1002, "its word is not enough");
    let path = format!("/ws/chat/{room}");
    assert_eq!(close_code(&stack, &path).await, 1002);
    for ticket in [Uuid::new_v4().to_string(), "garbage".to_owned()] {
        let path = format!("/ws/chat/{room}?user_id={}&ticket={ticket}", ada.id());
        assert_eq!(close_code(&stack, &path).await, 1003, "{ticket}");
    }

    ada.send(room, "still open").await.expect(201);
    let frame = socket.next().await;
    assert_eq!(
        (&frame["type"], &frame["data"]["message"]),
        (&"message".into(), &"still open".into())
    );
}

#[tokio::test]
async fn a_socket_is_its_tickets_users_whoever_the_url_names() {
    let stack = guarded().start().await;
    let [ada, eve] = accounts(&stack).await;
    let room = ada.create_room().await;
    let theft = format!("/ws/chat/{room}?user_id={}&ticket={}", ada.id(), eve.ticket().await);
    assert_eq!(close_code(&stack, &theft).await, 1003, "eve is not a member");

    ada.add(room, &eve, "member").await.expect(201);
    let mut witness = ada.room_socket(room).await;
    let path = format!("/ws/chat/{room}?user_id={}&ticket={}", ada.id(), eve.ticket().await);
    let _eve = stack.socket(&path).await.unwrap();

    let frame = witness.next().await;
    assert_eq!((&frame["type"], &frame["user_id"]), (&"member_online".into(), &eve.id().into()));
}

/// The distribution makes a parameter of the path's segment, and no more than one.
#[tokio::test]
async fn a_path_does_not_become_more_parameters_than_the_room() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let (room, other) = (ada.create_room().await, ada.create_room().await);
    for segment in [
        format!("{room}&room_id={other}"),
        format!("{room}&x=y"),
        format!("{room}+"),
        format!("{room}%26x=y"),
    ] {
        let path = format!("/ws/chat/{segment}?ticket={}", ada.ticket().await);
        assert_eq!(close_code(&stack, &path).await, 1002, "{segment}");
    }
}

#[tokio::test]
async fn a_ticket_socket_cannot_be_narrowed_to_somebody_elses_room() {
    let stack = guarded().start().await;
    let [ada, eve] = accounts(&stack).await;
    let (room, own) = (ada.create_room().await, eve.create_room().await);
    let path = format!("/chat?room_id={room}&user_id={}&ticket={}", ada.id(), eve.ticket().await);
    let mut socket = stack.socket(&path).await.unwrap();

    ada.send(room, "not for eve").await.expect(201);
    eve.send(own, "marker").await.expect(201);

    socket.expect(&eve.frame(own, 1, "marker")).await;
    // The stage's own path takes a room as a parameter, and asks for the membership all the same.
    let path = format!("/prod?room_id={room}&ticket={}", eve.ticket().await);
    if let Ok(mut direct) = stack.socket(&path).await {
        assert_eq!(direct.closed().await.0, 1003);
    }
}

#[tokio::test]
async fn a_strict_edge_answers_what_the_readme_says() {
    let stack = guarded().strict().start().await;
    let [ada, eve] = accounts(&stack).await;
    let room = ada.create_room().await;
    let status = async |path: String| stack.socket(&path).await.expect_err("a refusal").status;

    assert_eq!(status(format!("/ws/chat/{room}")).await, 401);
    assert_eq!(status(format!("/ws/chat/{room}?user_id={}", ada.id())).await, 401);
    assert_eq!(status(format!("/ws/chat/x?ticket={}", ada.ticket().await)).await, 400);
    assert_eq!(status(format!("/ws/chat/{room}?ticket={}", eve.ticket().await)).await, 403);
    assert_eq!(status(format!("/ws/chat/999999?ticket={}", ada.ticket().await)).await, 404);
}
