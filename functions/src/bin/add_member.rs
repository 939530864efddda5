//! `POST /api/v1/chat/rooms/{roomId}/members` - makes a user a member and tells the room.
//!
//! Adding a member again changes nothing, tells nobody, and answers with the same member.

use std::sync::Arc;

use shared::{
    app::App,
    domain::{Caller, Event, Refusal, Role},
    error::Error,
    lambda::http::{self, Call, Reply},
    store::Addition,
    wire::{http::AddMember, view::MemberView},
};

const ADDED: &str = "Member added successfully";
const ALREADY: &str = "Already a member";

fn main() -> Result<(), lambda_http::Error> {
    http::serve(add_member)
}

async fn add_member(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let id = call.room()?;
    let body: AddMember = call.body()?;
    let (user, role) = (body.user_id, Role::of_new_member(body.role)?);
    if let Caller::User(caller) = call.caller {
        app.store.standing(id, caller).await?.membership()?.may_add(role)?;
    }

    let (room, profile, member) = app.store.standing(id, user).await?.both_exist()?;
    let addition = match member {
        Some(member) => Addition::AlreadyMember(member),
        None => app.store.add_member(id, user, role, call.now).await?,
    };

    match addition {
        Addition::Added(member) => {
            let reply = Reply::created(ADDED, MemberView::joining(&member, &profile))?;
            let is_online = app.subscribe_open_sockets(id, user, call.now).await?;
            app.broadcaster.broadcast(Event::MemberJoin { member, profile }, call.now, None).await;
            if is_online && room.announces_presence(app.config.presence_max_members) {
                app.broadcaster
                    .broadcast(Event::MemberOnline { room: id, user }, call.now, None)
                    .await;
            }
            Ok(reply)
        }
        Addition::AlreadyMember(member) => {
            Reply::found(ALREADY, MemberView::new(&member, &profile, room.last_message_id))
        }
        Addition::UnknownRoom => Err(Refusal::UnknownRoom(id).into()),
    }
}
