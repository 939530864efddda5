//! The guide's Python.

use reqwest::Method;
use serde_json::Value;
use tests::Stack;

use crate::{
    program::{Program, example, python, write},
    room_one::RoomOne,
};

#[tokio::test]
async fn the_python_example_receives_and_after_its_socket_has_ended_sends() {
    let mut room = RoomOne::open().await;
    let before = connections(&room.stack).await;
    let script = write(room.stack.port, "example.py", &example("python.py", room.stack.port));

    let program = Program::start(python().arg(script));
    room.sees(123, "member_online").await;
    room.says("python hears this").await;
    program.says("python hears this");

    // `run_forever` returns when the server ends the connection, then the example sends.
    let ours = connections(&room.stack).await;
    let ours = ours.iter().find(|id| !before.contains(id)).expect("the example's connection");
    let path = format!("/prod/@connections/{ours}");
    let end = room.stack.request(Method::DELETE, &path);
    let answer = room.stack.ask(end.header("authorization", "AWS4-HMAC-SHA256 test")).await;
    assert_eq!(answer.status, 204);

    assert_eq!(room.sees(123, "message").await["data"]["message"], "안녕!");
    program.succeeds();
}

async fn connections(stack: &Stack) -> Vec<String> {
    let listed = stack.get("/_edge/connections").await.expect(200);
    let id = |connection: &Value| connection["connectionId"].as_str().map(str::to_owned);
    listed.as_array().into_iter().flatten().filter_map(id).collect()
}
