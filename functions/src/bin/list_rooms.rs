//! `GET /api/v1/chat/users/{userId}/rooms?cursor=&limit=` - lists a user's rooms with unread counts and
//! last messages. The pages are in the order of the table's keys, so that a page costs the same however
//! many rooms there are. Within a page the most recently active room is the first.

use std::{cmp::Reverse, sync::Arc};

use shared::{
    app::App,
    domain::{Limit, Refusal, Room, RoomId},
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
    let cursor: Option<RoomId> = call.parameter("cursor")?;

    app.store.profile(user).await?.ok_or(Refusal::UnknownUser(user))?;
    let joined = app.store.memberships_after(user, cursor, limit.get() + 1, call.now).await?;
    let has_more = joined.len() > limit.get();
    let page: Vec<RoomId> = joined.iter().take(limit.get()).map(|member| member.room_id).collect();
    let listed = app.store.standings(user, &page).await?;
    let rooms: Vec<Room> = listed.iter().map(|(room, _)| room.clone()).collect();
    let newest = app.store.newest_messages(&rooms, call.now).await?;

    let viewer = app.viewer(Some(user));
    // The answer ends where it is full, and the next page begins there: in the order of the keys.
    let fitting =
        Fitting::of(listed.iter().map(|(room, member)| {
            ListedRoomView::new(room, member, newest.get(&room.id), viewer)
        }))?;
    let last = if fitting.is_cut() {
        rooms[..fitting.count()].last().map(|room| room.id)
    } else {
        page.last().copied()
    };
    let has_more = has_more || fitting.is_cut();
    let next_cursor = last.filter(|_| has_more).map(|room| room.to_string());
    let by_activity = |index: usize| Reverse((rooms[index].active_at(), rooms[index].id));
    let page = Page { has_more, next_cursor };
    Reply::page("Rooms of the user", fitting.sorted_by_key(by_activity), page)
}
