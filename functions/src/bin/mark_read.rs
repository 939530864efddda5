//! `POST /api/v1/chat/rooms/{roomId}/read` - moves a member's read mark forward. The stream announces
//! it, except in large rooms. A mark that was announced already stays, and nothing is announced again.

use std::sync::Arc;

use shared::{
    app::App,
    domain::Membership,
    error::Error,
    lambda::http::{self, Call, Reply},
    store::Reading,
    wire::http::MarkRead,
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve_write(mark_read)
}

async fn mark_read(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let room_id = call.room()?;
    let body: MarkRead = call.body()?;
    let user = body.user_id;
    call.caller.speaks_for(user)?;

    let Membership { room, member, .. } = app.membership(room_id, user).await?;
    let mark = match body.message_id {
        Some(id) => room.read_mark(id)?,
        None => app.newest_readable(&room, call.now).await?,
    };
    let is_announced = room.announces_presence(app.config.presence_max_members);
    if member.has_read(mark, is_announced) {
        return done();
    }
    match app.store.mark_read(room_id, user, mark, is_announced, call.now).await? {
        Reading::Read | Reading::ReadFurther => done(),
        Reading::NotAMember => Err(app.stranger(room_id, user).into()),
    }
}

fn done() -> Result<Reply, Error> {
    Reply::done("Messages marked as read")
}
