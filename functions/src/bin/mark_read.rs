//! `POST /api/v1/chat/rooms/{roomId}/read` - moves a member's read mark to the newest message and
//! tells the room.

use std::sync::Arc;

use shared::{
    app::App,
    domain::{Event, Refusal},
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::http::MarkRead,
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve(mark_read)
}

async fn mark_read(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let room = call.room()?;
    let user = call.body::<MarkRead>()?.user_id;
    call.caller.speaks_for(user)?;

    let reader = app.store.standing(room, user).await?.membership()?;
    if !app.store.mark_read(room, user, reader.room.last_message_id, call.now).await? {
        return Err(Refusal::NotAMember { room, user }.into());
    }

    app.broadcaster.tell(Event::Read { room, user, at: call.now }, call.now, None).await;
    Ok(Reply::done("Messages marked as read"))
}
