//! `member_offline` is told in small rooms only.

use crate::{
    chat::user,
    scene::{MOST_MEMBERS, Scene, left},
    stage::Answer,
};

#[tokio::test]
async fn each_room_that_was_left_is_told() {
    let scene = Scene::start().await;
    let rooms = [scene.chat.room_of(&[1, 2]).await, scene.chat.room_of(&[2, 1]).await];
    let sockets = [scene.open(rooms[0], 2, "one=").await, scene.open(rooms[1], 2, "two=").await];

    scene.broadcaster.broadcast_offline(user(1), rooms.to_vec(), crate::chat::at(60)).await;

    for (room, socket) in rooms.iter().zip(&sockets) {
        let frames = scene.stage.frames(socket);
        assert_eq!(frames.len(), 1);
        assert_eq!(
            (&frames[0]["type"], &frames[0]["user_id"]),
            (&"member_offline".into(), &1.into())
        );
        assert_eq!(frames[0]["room_id"], room.get());
    }
}

#[tokio::test]
async fn presence_is_announced_up_to_the_largest_room_that_may() {
    for (members, announced) in [(MOST_MEMBERS, true), (MOST_MEMBERS + 1, false)] {
        let scene = Scene::start().await;
        let room = scene.chat.room_of(&(1..=members).collect::<Vec<_>>()).await;
        let (here, gone) = (scene.open(room, 1, "here=").await, scene.open(room, 2, "gone=").await);
        scene.stage.answer(&gone, [Answer::GONE]);

        scene.tell(left(room, 9)).await;
        scene.broadcaster.broadcast_offline(user(3), vec![room], crate::chat::at(60)).await;

        let frames = scene.stage.frames(&here);
        let offline = frames.iter().filter(|frame| frame["type"] == "member_offline").count();
        assert_eq!(offline, if announced { 2 } else { 0 }, "{members} members: {frames:?}");
        assert_eq!(scene.subscribed(room).await, [here.id], "it is forgotten all the same");
    }
}
