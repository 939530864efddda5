//! The guide's Python client, as written there.

use reqwest::Method;

use crate::{
    program::{Program, example, python, write},
    room_one::RoomOne,
};

#[tokio::test]
async fn the_python_example_receives_and_after_its_socket_has_ended_sends() {
    let mut room = RoomOne::open().await;
    let before = room.stack.connections().await;
    let script = write(room.stack.port, "example.py", &example("python.py", room.stack.port));

    let program = Program::start(python().arg(script));
    room.sees(123, "member_online").await;
    room.says("python hears this").await;
    program.says("python hears this");

    // `run_forever` returns when the server ends the connection, then the example sends.
    let ours = room.stack.connections().await;
    let ours = ours.iter().find(|id| !before.contains(id)).expect("the example's connection");
    assert_eq!(room.stack.manage(Method::DELETE, "prod", ours).await.status, 204);

    assert_eq!(room.sees(123, "message").await["data"]["message"], "안녕!");
    program.succeeds();
}
