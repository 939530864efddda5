//! `GET /api/v1/chat/rooms/{roomId}/messages?after=|before=&limit=` - lists a room's messages: after
//! an id the oldest first, else the newest first.

use std::sync::Arc;

use shared::{
    app::App,
    domain::{Limit, Mark, MessageId, ReadMarks},
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::{
        answer::{Fitting, MessagesPage},
        view::MessageView,
    },
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

    let reader = call.reader()?;
    let room = app.readable(id, reader).await?;
    let history = match after {
        Some(after) => app.store.messages_after(&room, after, limit, call.now).await?,
        None => app.store.messages_before(id, before, limit, call.now).await?,
    };
    // In a large room nobody waits for all of its members to be read, or for all of them to read.
    let marks = if room.announces_presence(app.config.presence_max_members) {
        ReadMarks::of(&app.store.members(id, call.now).all().await?)
    } else {
        ReadMarks::default()
    };

    let viewer = app.viewer(reader);
    let views = history
        .messages
        .iter()
        .map(|message| MessageView::new(message, viewer).read_by_all(marks.has_been_read(message)));
    let page = Fitting::of(views)?;
    let has_more = history.has_more || page.is_cut();
    let last_message_id = room.last_message_id;
    Reply::page("Messages of the room", page, MessagesPage { has_more, last_message_id })
}
