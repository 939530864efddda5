//! `--data DIR`: what was acknowledged survives a restart, also a violent one.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use tests::{Api, Room, Stack, binaries, event, shape::timeless};
use uuid::Uuid;

fn data() -> PathBuf {
    binaries::target().join("tmp").join(Uuid::new_v4().to_string())
}

async fn start(data: &Path) -> Stack {
    Stack::with().args(["--data".as_ref(), data.as_os_str()]).start().await
}

fn here(room: &Room, stack: &Stack) -> Room {
    let api: &Api = stack;
    room.clone().on(api)
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let data = data();
    let mut stack = start(&data).await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    for _ in 0..20 {
        room.send(&ada, "kept").await;
    }
    stack.edge.signal("KILL");
    stack.edge.ended();

    let stack = start(&data).await;
    let room = here(&room, &stack);

    assert_eq!(room.member(&bob).await.expect("bob is still a member")["unread_count"], 20);
    assert_eq!(room.send(&bob, "after").await["id"], 21, "ids go on where they stopped");
}

/// For 20 seconds a connection that is not there counts as one whose `$connect` is running.
const STALE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn connections_lost_with_the_edge_are_forgotten_and_announced() {
    let data = data();
    let mut stack = start(&data).await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let _lost = room.connect(&bob).await;
    stack.edge.signal("KILL");
    stack.edge.ended();

    let stack = start(&data).await;
    let room = here(&room, &stack);
    let mut witness = room.connect(&ada).await;
    let healed = async {
        let mut pause = tokio::time::interval(Duration::from_millis(200));
        loop {
            pause.tick().await;
            room.send(&ada, "anybody there?").await;
            let mut frame = witness.next().await;
            if frame["type"] == "member_offline" {
                return frame;
            }
            while frame["type"] != "message" {
                frame = witness.next().await;
            }
        }
    };

    let offline = tokio::time::timeout(STALE, healed).await.expect("bob is announced as offline");

    assert_eq!(timeless(&offline), event::member_offline(&room, &bob));
    assert_eq!(room.member(&bob).await.expect("a member")["online"], false);
}
