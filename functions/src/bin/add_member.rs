//! `POST /api/v1/chat/rooms/{roomId}/members` - makes a user a member. The stream announces it.
//!
//! Adding a member again changes nothing, announces nothing, and answers with the same member.

use std::sync::Arc;

use shared::{
    app::App,
    domain::{Caller, Refusal, Role},
    error::Error,
    lambda::http::{self, Call, Reply},
    store::Addition,
    wire::{http::AddMember, view::MemberView},
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve_write(add_member)
}

async fn add_member(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let id = call.room()?;
    let body: AddMember = call.body()?;
    let (user, role) = (body.user_id, Role::of_new_member(body.role)?);
    if let Caller::User(caller) = call.caller {
        app.membership(id, caller).await?.may_add(role)?;
    }

    let (room, profile, member) = app.store.standing(id, user).await?.both_exist()?;
    let addition = match member {
        Some(member) => Addition::AlreadyMember(member),
        None => app.store.add_member(id, user, role, call.now).await?,
    };
    app.finish_addition(&addition, call.now).await?;

    let viewer = app.viewer(call.caller.user());
    match addition {
        Addition::Added(member) => Reply::created(
            "Member added successfully",
            MemberView::joining(&member, &profile, viewer),
        ),
        Addition::AlreadyMember(member) => {
            let view = MemberView::new(&member, &profile, room.last_message_id, viewer);
            Reply::found("Already a member", view)
        }
        Addition::UnknownRoom => Err(Refusal::UnknownRoom(id).into()),
        Addition::TooMany(too_many) => Err(too_many.into()),
    }
}
