//! Who may not enter a room: the guide's close codes, and a status under `--strict`.

use tests::{Room, Stack, User, deadline::eventually, user::fresh_id};

/// Paths with what is wrong with them: close code, then status under `--strict`.
fn refusals(room: &Room, stranger: &User) -> Vec<(String, u16, u16)> {
    let room = format!("/ws/chat/{}", room.id);
    let nowhere = format!("/ws/chat/{}?user_id={}", fresh_id(), stranger.id);
    vec![
        (room.clone(), 1002, 401),
        (format!("{room}?user_id="), 1002, 401),
        (format!("{room}?user_id=abc"), 1002, 400),
        (format!("{room}?user_id=0"), 1002, 400),
        (format!("{room}?user_id=-1"), 1002, 400),
        (format!("{room}?user_id=1.5"), 1002, 400),
        (format!("/ws/chat/abc?user_id={}", stranger.id), 1002, 400),
        (format!("/ws/chat/0?user_id={}", stranger.id), 1002, 400),
        (format!("/ws/chat/1%2F2?user_id={}", stranger.id), 1002, 400),
        (nowhere, 1003, 404),
        (format!("{room}?user_id={}", fresh_id()), 1003, 404),
        (format!("{room}?user_id={}", stranger.id), 1003, 403),
    ]
}

#[tokio::test]
async fn a_refused_socket_is_closed_with_the_guides_code_and_a_reason() {
    let stack = Stack::start().await;
    let [owner, stranger] = stack.users().await;
    let room = stack.room(&[&owner]).await;
    let mut witness = room.connect(&owner).await;
    for (path, code, _) in refusals(&room, &stranger) {
        let mut socket =
            stack.socket(&path).await.unwrap_or_else(|came| panic!("{path}: {came:?}"));
        let (closed, reason) = socket.closed().await;
        assert_eq!(closed, code, "{path}: {reason}");
        assert!(!reason.is_empty(), "{path}");
    }
    room.expect_silence(&mut witness, &owner).await;
}

#[tokio::test]
async fn under_strict_a_refused_socket_is_a_status() {
    let stack = Stack::with().strict().start().await;
    let [owner, stranger] = stack.users().await;
    let room = stack.room(&[&owner]).await;
    for (path, _, status) in refusals(&room, &stranger) {
        let refused = stack.socket(&path).await.expect_err(&path);
        assert_eq!(refused.status, status, "{path}: {refused:?}");
    }
}

#[tokio::test]
async fn a_refused_socket_leaves_nothing_behind() {
    let stack = Stack::start().await;
    let [owner, stranger] = stack.users().await;
    let room = stack.room(&[&owner]).await;
    for (path, ..) in refusals(&room, &stranger) {
        stack.socket(&path).await.expect("a handshake").closed().await;
    }
    eventually("an empty list of connections", async || {
        let open = stack.get("/_edge/connections").await.expect(200);
        (open == serde_json::json!([])).then_some(())
    })
    .await;
    assert!(room.member(&stranger).await.is_none());
}
