//! `POST /chat/ticket` - issues a ticket for one socket to the holder of an access token, and takes
//! over what the token says of its user.

use std::sync::Arc;

use shared::{
    app::App,
    auth::TokenError,
    domain::{Ticket, TicketId},
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::ticket_frame::IssuedTicket,
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve_with_token(issue_ticket)
}

async fn issue_ticket(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let user = call.caller.user().ok_or(TokenError::Missing)?;

    let sign_outs = app.store.refresh_profile(user, call.claims).await?;
    let id = TicketId::random();
    let ticket = Ticket { user_id: user, issued_at: call.now, sign_outs };
    app.store.issue_ticket(id, &ticket).await?;

    let expires_in = Ticket::LIFETIME.as_secs();
    Reply::bare(&IssuedTicket { ticket: id.to_string(), expires_in })
}
