//! `$connect` - admits a socket and subscribes it. The stream announces who came online.
//!
//! With a room it is a room socket; without one it is a ticket socket, for all rooms of its user.

use std::sync::Arc;

use shared::{
    app::App,
    auth::AuthMode,
    domain::{Connection, RoomId, TicketId, UserId},
    error::{Error, TicketRefused},
    lambda::socket::{self, Signal},
    store::{Entrance, Redemption},
};

fn main() -> Result<(), lambda_http::Error> {
    socket::serve(connect)
}

async fn connect(app: Arc<App>, signal: Signal) -> Result<(), Error> {
    app.config.allowed_origins.admit(signal.origin())?;
    let room = signal.query_id("room_id")?;
    let (user, sign_outs) = identify(&app, &signal, room).await?;

    let connection = signal.connection(user, room);
    match room {
        Some(room) => enter_room(&app, room, &connection, sign_outs).await?,
        None => enter_all_rooms(&app, &signal, &connection, sign_outs).await?,
    }
    // Sockets that are gone are forgotten by the check some seconds later, not by this handshake.
    app.close_surplus(user, signal.now).await?;
    Ok(())
}

/// Who connects: the holder of the ticket, and the ticket's number of sign-outs, or, where callers are
/// trusted, whoever a room socket names.
async fn identify(
    app: &App,
    signal: &Signal,
    room: Option<RoomId>,
) -> Result<(UserId, Option<u64>), Error> {
    let Some(ticket) = signal.query("ticket") else {
        if room.is_none() || app.config.auth_mode == AuthMode::Required {
            return Err(Error::Anonymous("ticket"));
        }
        let user = signal.query_id("user_id")?.ok_or(Error::Anonymous("user_id"))?;
        return Ok((user, None));
    };
    let ticket: TicketId = ticket.parse().map_err(|_| TicketRefused::Unknown)?;
    match app.store.redeem_ticket(ticket, signal.now).await? {
        Redemption::Accepted(ticket) => Ok((ticket.user_id, Some(ticket.sign_outs))),
        Redemption::Expired => Err(TicketRefused::Expired.into()),
        Redemption::Unknown => Err(TicketRefused::Unknown.into()),
    }
}

async fn enter_room(
    app: &App,
    room: RoomId,
    connection: &Connection,
    sign_outs: Option<u64>,
) -> Result<(), Error> {
    let user = connection.user_id;
    let member = app.membership(room, user).await?.member;
    match app.store.connect(connection, &member, sign_outs).await? {
        Entrance::Open => Ok(()),
        Entrance::NotAMember => Err(app.stranger(room, user).into()),
        Entrance::SignedOut => Err(TicketRefused::Unknown.into()),
    }
}

/// The socket is stored and the memberships are read after it; adding a member stores the
/// membership and reads the sockets after it. Whichever comes second sees the other.
async fn enter_all_rooms(
    app: &App,
    signal: &Signal,
    connection: &Connection,
    sign_outs: Option<u64>,
) -> Result<(), Error> {
    if app.store.register(connection, sign_outs).await? != Entrance::Open {
        return Err(TicketRefused::Unknown.into());
    }
    let memberships = app.store.memberships(connection.user_id, signal.now).all().await?;
    Ok(app.store.subscribe(connection, &memberships).await?)
}
