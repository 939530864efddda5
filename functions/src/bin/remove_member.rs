//! `DELETE /api/v1/chat/rooms/{roomId}/members/{userId}` - ends a membership, tells the room, and
//! closes the former member's sockets before it answers.

use std::sync::Arc;

use shared::{
    app::App,
    domain::{Caller, Event},
    error::Error,
    lambda::http::{self, Call, Reply},
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve(remove_member)
}

async fn remove_member(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let (room, user) = (call.room()?, call.user()?);
    let standing = app.store.standing(room, user).await?;
    if let Caller::User(caller) = call.caller {
        app.store.standing(room, caller).await?.membership()?.may_remove(&standing)?;
    }
    standing.both_exist()?;

    let was_member = app.store.remove_member(room, user).await?;
    if was_member {
        app.broadcaster.broadcast(Event::MemberLeave { room, user }, call.now, None).await;
    }
    // Also when the membership had ended before: an earlier attempt may have died in between.
    app.broadcaster.expel(room, user, call.now).await?;
    if !was_member {
        return Err(Error::UnknownMember { room, user });
    }
    Reply::done("Member removed successfully")
}
