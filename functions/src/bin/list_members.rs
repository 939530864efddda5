//! `GET /api/v1/chat/rooms/{roomId}/members` - lists a room's members with presence and unread
//! counts.

use std::sync::Arc;

use shared::{
    app::App,
    domain::{Caller, Refusal, UserId},
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::view::{ListedMemberView, MemberView},
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve(list_members)
}

async fn list_members(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let id = call.room()?;

    let room = match call.caller {
        Caller::User(user) => app.store.standing(id, user).await?.membership()?.room,
        Caller::Trusted => app.store.room(id).await?.ok_or(Refusal::UnknownRoom(id))?,
    };
    let members = app.store.members(id, call.now).all().await?;
    let online = app.store.online_users(id, call.now).await?;
    let users: Vec<UserId> = members.iter().map(|member| member.user_id).collect();
    let profiles = app.store.profiles(&users).await?;

    let listed = members.iter().filter_map(|member| {
        let profile = profiles.get(&member.user_id)?;
        let view = MemberView::new(member, profile, room.last_message_id);
        Some(ListedMemberView { member: view, online: online.contains(&member.user_id) })
    });
    Ok(Reply::found("Members of the room", listed.collect::<Vec<_>>()))
}
