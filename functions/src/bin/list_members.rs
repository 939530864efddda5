//! `GET /api/v1/chat/rooms/{roomId}/members?cursor=&limit=` - lists a room's members with
//! presence and unread counts, in no particular order.

use std::sync::Arc;

use shared::{
    app::App,
    domain::{Limit, UserId},
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::{
        answer::Page,
        view::{ListedMemberView, MemberView},
    },
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve(list_members)
}

async fn list_members(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let id = call.room()?;
    let limit: Limit = call.parameter("limit")?.unwrap_or_default();
    let cursor: Option<UserId> = call.parameter("cursor")?;

    let reader = call.reader()?;
    let room = app.readable(id, reader).await?;
    let mut members = app.store.members_after(id, cursor, limit.get() + 1, call.now).await?;
    let has_more = members.len() > limit.get();
    members.truncate(limit.get());
    let users: Vec<UserId> = members.iter().map(|member| member.user_id).collect();
    let online = app.store.online_among(id, &users).await?;
    let profiles = app.store.profiles(&users).await?;

    let viewer = app.viewer(reader);
    let listed = members.iter().filter_map(|member| {
        let profile = profiles.get(&member.user_id)?;
        let view = MemberView::new(member, profile, room.last_message_id, viewer);
        Some(ListedMemberView { member: view, online: online.contains(&member.user_id) })
    });
    let next_cursor = users.last().filter(|_| has_more).map(UserId::to_string);
    let page = Page { has_more, next_cursor };
    Reply::page("Members of the room", listed.collect::<Vec<_>>(), page)
}
