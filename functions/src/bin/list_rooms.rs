//! `GET /api/v1/chat/users/{userId}/rooms?cursor=&limit=` - lists a user's rooms, the most recently
//! active first, with unread counts and last messages.

use std::{cmp::Reverse, sync::Arc};

use shared::{
    app::App,
    domain::{Limit, Member, Refusal, Room, RoomCursor, RoomId},
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::{answer::Page, view::ListedRoomView},
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

    let (listed, page) = most_recent(standings, cursor, limit);
    let rooms: Vec<Room> = listed.iter().map(|(room, _)| room.clone()).collect();
    let newest = app.store.newest_messages(&rooms, call.now).await?;
    let views =
        listed.iter().map(|(room, member)| ListedRoomView::new(room, member, newest.get(&room.id)));
    Ok(Reply::page("Rooms of the user", views.collect::<Vec<_>>(), page))
}

/// The most recently active rooms after the cursor.
fn most_recent(
    mut standings: Vec<(Room, Member)>,
    cursor: Option<RoomCursor>,
    limit: Limit,
) -> (Vec<(Room, Member)>, Page) {
    standings.sort_by_key(|(room, _)| Reverse(RoomCursor::of(room)));
    standings.retain(|(room, _)| cursor.is_none_or(|cursor| RoomCursor::of(room) < cursor));
    let has_more = standings.len() > limit.get();
    standings.truncate(limit.get());
    let last = standings.last().filter(|_| has_more);
    let next_cursor = last.map(|(room, _)| RoomCursor::of(room).to_string());
    (standings, Page { has_more, next_cursor })
}
