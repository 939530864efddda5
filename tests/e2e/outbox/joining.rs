//! Being added while the app is open.

use tests::account::{accounts, guarded};

use super::{Witness, is_online};

const ADDITIONS: usize = 25;

/// The membership and the presence are two items, whose records come in any order.
#[tokio::test]
async fn who_is_added_while_the_app_is_open_is_shown_online() {
    let stack = guarded().unlimited().start().await;
    let [ada, bob] = accounts(&stack).await;
    let _app = bob.socket().await;
    for addition in 1..=ADDITIONS {
        let room = ada.create_room().await;
        let mut witness = Witness::open(&ada, room).await;

        ada.add(room, &bob, "member").await.expect(201);
        stack.quiet().await;

        assert_eq!(is_online(&ada, room, bob.id()).await, Some(true), "addition {addition}");
        let frames = witness.frames().await;
        let kinds: Vec<&str> = frames.iter().filter_map(|frame| frame["type"].as_str()).collect();
        let joined = kinds.iter().rposition(|kind| *kind == "member_join").expect("a joining");
        let told = kinds[joined..].contains(&"member_online");
        assert!(told, "addition {addition}: a client shows a new member as offline: {kinds:?}");
    }
}
