//! `DELETE /api/v1/chat/rooms/{roomId}/members/{userId}` - ends a membership and its subscriptions,
//! and closes the former member's sockets, before it answers. The stream announces it.

use std::sync::Arc;

use shared::{
    app::App,
    domain::Caller,
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
    // Also when the membership had ended before: an earlier attempt may have died in between.
    let sockets = app.end_subscriptions(room, user, call.now).await?;
    app.close_promptly(sockets, call.now).await;
    if !was_member {
        return Err(Error::UnknownMember { room, user });
    }
    Reply::done("Member removed successfully")
}
