//! `POST /api/v1/chat/rooms/{roomId}/messages` - stores a message and broadcasts it.

use std::sync::Arc;

use shared::{
    app::{App, NewMessage},
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::{http::SendMessage, view::MessageView},
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve(send_message)
}

async fn send_message(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let room = call.room()?;
    let body: SendMessage = call.body()?;
    let user = body.user_id;
    call.caller.speaks_for(user)?;
    let (draft, key) = (body.draft()?, call.idempotency_key()?);
    app.check_address("file_url", draft.file_url())?;

    let message = app.send(NewMessage { room, user, draft, key }, call.began).await?;

    Reply::created("Message sent successfully", MessageView::new(&message, app.viewer(Some(user))))
}
