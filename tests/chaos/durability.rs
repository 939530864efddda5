//! `--data DIR` under load: the edge is killed again and again, and loses nothing that it acknowledged.

use std::{path::Path, sync::Arc, time::Duration};

use tests::{Stack, account::guarded, binaries, figures};
use tokio::time::sleep;
use uuid::Uuid;

use super::{crew::Crew, differences::Differences};

const ROUNDS: u32 = 5;
const CLIENTS: u64 = 4;
/// How long an edge lives under load.
const LIFE: Duration = Duration::from_millis(1_200);
const SETTLING: Duration = Duration::from_secs(25);
const LEAST_MESSAGES: usize = 50;

async fn start(port: u16, data: &Path) -> Stack {
    guarded().unlimited().port(port).args(["--data".as_ref(), data.as_os_str()]).start().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edge_that_is_killed_under_load_loses_no_acknowledged_message() {
    let data = binaries::target().join("tmp").join(Uuid::new_v4().to_string());
    let mut stack = start(0, &data).await;
    let port = stack.port;
    let crew = Arc::new(Crew::enter(&stack, CLIENTS).await);
    let chatter = tokio::spawn({
        let crew = Arc::clone(&crew);
        async move { crew.chatter(LIFE * (ROUNDS + 1)).await }
    });

    for _ in 0..ROUNDS {
        sleep(LIFE).await;
        stack.edge.signal("KILL");
        stack.edge.ended();
        stack = start(port, &data).await;
    }
    let acknowledged = chatter.await.expect("everybody could send");
    let differences = crew.agree(&acknowledged, SETTLING).await;

    let (messages, efforts) = (acknowledged.len(), crew.efforts());
    figures::report(format!(
        "durability: killed {ROUNDS} times, {messages} messages acknowledged, {efforts:?}, {differences}"
    ));
    assert_eq!(differences, Differences::default());
    assert!(messages >= LEAST_MESSAGES, "only {messages} messages were sent");
    drop(stack);
    std::fs::remove_dir_all(data).expect("the data was kept there");
}
