//! Being removed and added again at once.

use serde_json::json;
use tests::account::{accounts, guarded};

use super::Witness;

#[tokio::test]
async fn who_is_removed_and_added_again_at_once_hears_the_room() {
    let stack = guarded().unlimited().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    let (mut phone, mut laptop) = (bob.socket().await, bob.socket().await);
    let mut witness = Witness::open(&ada, room).await;
    for race in 1..=20 {
        ada.remove(room, &bob).await.expect(200);
        ada.add(room, &bob, "member").await.expect(201);
        // Whatever the announcement of the removal clears, it must not be this.
        stack.quiet().await;

        let text = format!("race {race}");
        ada.send(room, &text).await.expect(201);
        for socket in [&mut phone, &mut laptop] {
            let came = socket.next().await;
            assert_eq!(came["content"], json!(text), "came {came}");
        }
        let frames = witness.frames().await;
        for socket in [&mut phone, &mut laptop] {
            assert_eq!(socket.next().await["content"], "marker");
        }
        let kinds: Vec<&str> = frames.iter().filter_map(|frame| frame["type"].as_str()).collect();
        let stays: Vec<&&str> = kinds.iter().filter(|kind| !kind.starts_with("member_o")).collect();
        assert_eq!(stays, [&"member_leave", &"member_join", &"message"], "race {race}");
        assert_eq!(witness.sees_online(bob.id()).await, Some(true), "race {race}: {kinds:?}");
        for socket in [&mut phone, &mut laptop] {
            assert_eq!(socket.next().await["content"], "marker");
        }
    }
}
