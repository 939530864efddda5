//! Numbers that never became messages hold nobody up.

use futures_util::future::join_all;
use serde_json::json;
use tests::account::{accounts, guarded};

#[tokio::test]
async fn a_refused_send_leaves_no_hole_that_history_waits_for() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let mut refused = 0;
    for _ in 0..5 {
        let room = ada.create_room().await;
        ada.add(room, &bob, "member").await.expect(201);
        let mut socket = ada.room_socket(room).await;
        let sends = join_all((0..20).map(|_| bob.send(room, "last words")));
        let (answers, removal) = futures_util::join!(sends, ada.remove(room, &bob));
        removal.expect(200);
        refused += answers.iter().filter(|answer| answer.status == 404).count();
        let last = ada.send(room, "at once").await.expect(201)["data"]["id"].clone();

        let path = format!("/api/v1/chat/rooms/{room}/messages?after=0&limit=200");
        let page = ada.get(&path).await.expect(200);
        assert_eq!(page["page"], json!({ "has_more": false, "last_message_id": last }));
        let newest = page["data"].as_array().and_then(|list| list.last()).expect("a message");
        assert_eq!(newest["id"], last);
        let mut ids = Vec::new();
        while ids.last() != Some(&last) {
            let frame = socket.next().await;
            if frame["type"] == "message" {
                ids.push(frame["data"]["id"].clone());
            }
        }
        let stored: Vec<_> = page["data"].as_array().into_iter().flatten().collect();
        assert_eq!(ids, stored.iter().map(|message| message["id"].clone()).collect::<Vec<_>>());
    }
    assert!(refused > 0, "no send came after a removal");
}
