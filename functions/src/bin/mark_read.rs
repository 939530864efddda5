//! `POST /api/v1/chat/rooms/{roomId}/read` - moves a member's read mark forward and tells the
//! room. A mark that is further already stays there, and nobody is told.

use std::sync::Arc;

use shared::{
    app::App,
    domain::{Event, Refusal},
    error::Error,
    lambda::http::{self, Call, Reply},
    store::Reading,
    wire::http::MarkRead,
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve(mark_read)
}

async fn mark_read(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let room = call.room()?;
    let body: MarkRead = call.body()?;
    let user = body.user_id;
    call.caller.speaks_for(user)?;

    let reader = app.store.standing(room, user).await?.membership()?;
    let mark = reader.room.read_mark(body.message_id)?;
    match app.store.mark_read(room, user, mark, call.now).await? {
        Reading::Read => {
            let read = Event::Read { room, user, at: call.now };
            app.broadcaster.broadcast(read, call.now, None).await;
        }
        Reading::ReadFurther => {}
        Reading::NotAMember => return Err(Refusal::NotAMember { room, user }.into()),
    }
    Reply::done("Messages marked as read")
}
