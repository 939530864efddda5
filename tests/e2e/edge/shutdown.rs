//! The end of the edge: sockets are told, children end, nothing is left.

use std::{fs, path::Path};

use tests::{Stack, deadline::eventually};

/// Every process below this one that runs now.
fn descendants(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let children =
        threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let children: Vec<u32> = children
        .flat_map(|list| list.split_whitespace().flat_map(str::parse).collect::<Vec<_>>())
        .collect();
    children.iter().flat_map(|&child| descendants(child).into_iter().chain([child])).collect()
}

/// Neither running nor waiting to be collected by somebody else.
fn has_ended(process: u32) -> bool {
    let state = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat"));
    state.map_or(true, |stat| stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z')))
}

async fn expect_end(processes: Vec<u32>) {
    eventually("the end of every function process", async || {
        processes.iter().all(|&process| has_ended(process)).then_some(())
    })
    .await;
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn ctrl_c_closes_sockets_with_1001_and_leaves_no_process() {
    for signal in ["INT", "TERM"] {
        let mut stack = Stack::start().await;
        let [ada] = stack.users().await;
        let room = stack.room(&[&ada]).await;
        let mut socket = room.connect(&ada).await;
        let children = descendants(stack.edge.id());
        assert!(!children.is_empty(), "functions run as child processes");

        stack.edge.signal(signal);

        assert_eq!(socket.closed().await.0, 1001);
        assert!(stack.edge.ended().success(), "{signal}");
        expect_end(children).await;
    }
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_killed_edge_leaves_no_process() {
    let mut stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let _socket = room.connect(&ada).await;
    let children = descendants(stack.edge.id());

    stack.edge.signal("KILL");

    assert!(!stack.edge.ended().success());
    expect_end(children).await;
}

#[tokio::test]
async fn a_second_edge_can_take_the_port_at_once() {
    let stack = Stack::start().await;
    let port = stack.port;
    drop(stack);
    let again = Stack::with().port(port).start().await;
    assert_eq!(again.port, port);
}
