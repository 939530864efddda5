//! `POST /chat/ticket` - issues a ticket for one socket to the holder of an access token, and takes
//! over what the token says of its user.

use std::sync::Arc;

use shared::{
    app::App,
    auth::Claims,
    domain::{Ticket, TicketId},
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::ticket_frame::IssuedTicket,
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve_with_claims(issue_ticket)
}

async fn issue_ticket(app: Arc<App>, call: Call, claims: Claims) -> Result<Reply, Error> {
    let id = TicketId::random();
    let ticket = Ticket { user_id: claims.user, issued_at: call.now };

    tokio::try_join!(
        app.store.issue_ticket(id, &ticket),
        app.store.refresh_profile(claims.user, claims.profile()),
    )?;

    let expires_in = Ticket::LIFETIME.as_secs();
    Reply::bare(&IssuedTicket { ticket: id.to_string(), expires_in })
}
