//! `GET /api/v1/chat/rooms/{roomId}` - a room's name, owner and number of members, for its members.

use std::sync::Arc;

use shared::{
    app::App,
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::view::RoomView,
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve(get_room)
}

async fn get_room(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let room = app.readable(call.room()?, call.reader()?).await?;
    Reply::found("The room", RoomView::from(&room))
}
