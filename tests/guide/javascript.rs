//! The guide's JavaScript in Node.

use crate::{
    program::{Program, example, file, node, write},
    room_one::RoomOne,
};

#[tokio::test]
async fn the_javascript_example_sends_and_receives() {
    let mut room = RoomOne::open().await;
    let script = write(room.stack.port, "example.js", &example("javascript.js", room.stack.port));

    let program = Program::start(node().arg(file("run.cjs")).arg(script));
    room.sees_coming_and_saying(123, "안녕!").await;
    room.says("node hears this").await;

    program.says("node hears this");
}
