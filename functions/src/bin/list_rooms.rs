//! `GET /api/v1/chat/users/{userId}/rooms?cursor=&limit=` - lists a user's rooms, the most recently
//! active first, with unread counts and last messages.

use std::sync::Arc;

use shared::{
    app::App,
    domain::{Limit, Refusal, Room, RoomCursor, RoomId, most_recent},
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::{
        answer::{Fitting, Page},
        view::ListedRoomView,
    },
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve(list_rooms)
}

async fn list_rooms(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let user = call.user()?;
    call.caller.speaks_for(user)?;
    let limit: Limit = call.parameter("limit")?.unwrap_or_default();
    let cursor: Option<RoomCursor> = call.parameter("cursor")?;

    app.store.profile(user).await?.ok_or(Refusal::UnknownUser(user))?;
    let memberships = app.store.memberships(user, call.now).all().await?;
    let rooms: Vec<RoomId> = memberships.iter().map(|member| member.room_id).collect();
    let standings = app.store.standings(user, &rooms).await?;

    let (listed, has_more) = most_recent(standings, cursor, limit);
    let rooms: Vec<Room> = listed.iter().map(|(room, _)| room.clone()).collect();
    let newest = app.store.newest_messages(&rooms, call.now).await?;
    let viewer = app.viewer(Some(user));
    let fitting =
        Fitting::of(listed.iter().map(|(room, member)| {
            ListedRoomView::new(room, member, newest.get(&room.id), viewer)
        }))?;

    let has_more = has_more || fitting.is_cut();
    let last = listed[..fitting.count()].last().filter(|_| has_more);
    let next_cursor = last.map(|(room, _)| RoomCursor::of(room).to_string());
    Reply::page("Rooms of the user", fitting, Page { has_more, next_cursor })
}
