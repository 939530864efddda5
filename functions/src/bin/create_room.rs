//! `POST /api/v1/chat/rooms` - creates a room, owned by its creator, whose open ticket sockets have
//! its messages from now on.

use std::sync::Arc;

use shared::{
    app::App,
    domain::Refusal,
    error::Error,
    lambda::http::{self, Call, Reply},
    store::Creation,
    wire::{http::CreateRoom, view::RoomView},
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve_write(create_room)
}

async fn create_room(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let CreateRoom { user_id, name } = call.body()?;
    call.caller.speaks_for(user_id)?;
    let key = call.idempotency_key()?;

    app.store.profile(user_id).await?.ok_or(Refusal::UnknownUser(user_id))?;
    match app.store.create_room(name, user_id, key.as_ref(), call.now).await? {
        Creation::Created(room, owner) => {
            app.subscribe_open_sockets(&owner, call.now).await?;
            Reply::created("Room created successfully", RoomView::from(&room))
        }
        Creation::Left(room) => Err(app.stranger(room, user_id).into()),
        Creation::KeyReused => Err(Error::KeyReused),
        Creation::TooMany(too_many) => Err(too_many.into()),
    }
}
