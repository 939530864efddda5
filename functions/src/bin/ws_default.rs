//! `$default` - takes a message that a ticket socket sends, and answers what cannot be taken with an
//! error frame. The socket stays open.

use std::sync::Arc;

use shared::{
    app::{App, NewMessage},
    domain::{Dialect, UserId},
    error::Error,
    lambda::socket::{self, Signal},
    wire::{http::read, room_frame::ErrorFrame, ticket_frame::SendFrame},
};

fn main() -> Result<(), lambda_http::Error> {
    socket::serve(take_frame)
}

async fn take_frame(app: Arc<App>, signal: Signal) -> Result<(), Error> {
    let outcome = match app.store.connection(&signal.connection_id).await? {
        Some(connection) if connection.dialect() == Dialect::Ticket => {
            send_message(&app, &signal, connection.user_id).await
        }
        Some(_) => Err(Error::ReceiveOnly),
        // Its user has signed out, or it was taken for gone.
        None => Err(Error::Forgotten),
    };
    if let Err(error) = outcome {
        error.log();
        let message = error.public_message();
        let frame = ErrorFrame::new(error.answer().code, &message, &signal.request_id)
            .retry_after(error.retry_after());
        app.broadcaster.reply(&signal.connection_id, &frame).await;
    }
    Ok(())
}

async fn send_message(app: &App, signal: &Signal, sender: UserId) -> Result<(), Error> {
    let body: SendFrame = read(signal.frame())?;
    let (room, draft) = (body.room_id, body.draft()?);
    let message = NewMessage { room, user: sender, draft, key: body.client_message_id };
    app.send(message, signal.began).await?;
    Ok(())
}
