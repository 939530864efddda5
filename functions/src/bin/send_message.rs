//! `POST /api/v1/chat/rooms/{roomId}/messages` - stores a message and tells the room.

use std::sync::Arc;

use shared::{
    app::App,
    domain::{Event, Refusal},
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
    let draft = body.draft()?;

    let sender = app.store.standing(room, user).await?.membership()?;
    let message = app.store.add_message(room, sender.profile, draft, call.now).await?;
    let message = message.ok_or(Refusal::NotAMember { room, user })?;

    let reply = Reply::created("Message sent successfully", MessageView::from(&message));
    app.broadcaster.tell(Event::Message(message), call.now, None).await;
    Ok(reply)
}
