//! The end of the edge: sockets are closed, children end, nothing is left.

use tests::{
    Stack,
    deadline::eventually,
    process::{descendants, has_ended},
};

use super::connections::{Client, printed_ends};

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
async fn every_socket_is_closed_and_its_disconnect_answered_before_the_end() {
    let mut stack = Stack::with().probe().start().await;
    let mut clients = [Client::connect(&stack).await, Client::connect(&stack).await];

    stack.edge.signal("INT");

    for client in &mut clients {
        assert_eq!(client.socket.closed().await.0, 1001);
    }
    assert!(stack.edge.ended().success());
    let codes: Vec<u64> = printed_ends(&stack).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, [1001, 1001]);
}

#[tokio::test]
async fn a_second_edge_can_take_the_port_at_once() {
    let stack = Stack::start().await;
    let port = stack.port;
    drop(stack);
    let again = Stack::with().port(port).start().await;
    assert_eq!(again.port, port);
}
