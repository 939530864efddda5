//! `GET /api/v1/chat/rooms/{roomId}/messages?after=|before=&limit=` - lists a room's messages: after
//! an id the oldest first, else the newest first.

use std::sync::Arc;

use shared::{
    app::App,
    domain::{Limit, Mark, MessageId, ReadMarks},
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::{answer::MessagesPage, view::MessageView},
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve(list_messages)
}

async fn list_messages(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let id = call.room()?;
    let limit: Limit = call.parameter("limit")?.unwrap_or_default();
    let (after, before) =
        (call.parameter::<Mark>("after")?, call.parameter::<MessageId>("before")?);
    if after.is_some() && before.is_some() {
        let problem = "cannot go with after, ask for one of them".to_owned();
        return Err(Error::Parameter { name: "before", problem });
    }

    let room = app.readable(id, call.reader()?).await?;
    let history = match after {
        Some(after) => app.store.messages_after(id, after, limit, call.now).await?,
        None => app.store.messages_before(id, before, limit, call.now).await?,
    };
    let marks = ReadMarks::of(&app.store.members(id, call.now).all().await?);

    let views = history
        .messages
        .iter()
        .map(|message| MessageView::from(message).read_by_all(marks.has_been_read(message)));
    let views: Vec<_> = views.collect();
    let last_message_id = room.last_message_id;
    let page = MessagesPage { has_more: history.has_more, last_message_id };
    Reply::page("Messages of the room", views, page)
}
