//! `$connect` - admits a socket, subscribes it, and announces who came online.
//!
//! With a room it is a room socket; without one it is a ticket socket, for all rooms of its user.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    app::App,
    auth::AuthMode,
    domain::{Connection, Event, Refusal, Room, RoomId, TicketId, UserId},
    error::{Error, TicketRefused},
    lambda::socket::{self, Signal},
    store::{Arrival, Redemption},
};

/// Subscriptions of a ticket socket that are written at once.
const AT_ONCE: usize = 16;

fn main() -> Result<(), lambda_http::Error> {
    socket::serve(connect)
}

async fn connect(app: Arc<App>, signal: Signal) -> Result<(), Error> {
    app.config.allowed_origins.admit(signal.origin())?;
    let room = signal.query_id("room_id")?;
    let user = identify(&app, &signal, room).await?;

    let connection = signal.connection(user, room);
    let arrived = match room {
        Some(room) => enter_room(&app, room, &connection).await?,
        None => enter_all_rooms(&app, &signal, &connection).await?,
    };

    for room in arrived {
        if room.announces_presence(app.config.presence_max_members) {
            let online = Event::MemberOnline { room: room.id, user };
            app.broadcaster.broadcast(online, signal.now, Some(&connection.id)).await;
        }
    }
    Ok(())
}

/// Who connects: the holder of the ticket or, where callers are trusted, whoever a room socket names.
async fn identify(app: &App, signal: &Signal, room: Option<RoomId>) -> Result<UserId, Error> {
    let Some(ticket) = signal.query("ticket") else {
        if room.is_none() || app.config.auth_mode == AuthMode::Required {
            return Err(Error::Anonymous("ticket"));
        }
        return signal.query_id("user_id")?.ok_or(Error::Anonymous("user_id"));
    };
    let ticket: TicketId = ticket.parse().map_err(|_| TicketRefused::Unknown)?;
    match app.store.redeem_ticket(ticket, signal.now).await? {
        Redemption::Accepted(user) => Ok(user),
        Redemption::Expired => Err(TicketRefused::Expired.into()),
        Redemption::Unknown => Err(TicketRefused::Unknown.into()),
    }
}

/// Opens a room socket: the room, if this is its user's first socket there.
async fn enter_room(app: &App, room: RoomId, connection: &Connection) -> Result<Vec<Room>, Error> {
    let user = connection.user_id;
    let member = app.store.standing(room, user).await?.membership()?;
    match app.store.connect(connection, room).await? {
        Arrival::First => Ok(vec![member.room]),
        Arrival::Another => Ok(Vec::new()),
        Arrival::NotAMember => Err(Refusal::NotAMember { room, user }.into()),
    }
}

/// Opens a ticket socket: the rooms where this is its user's first.
///
/// The socket is stored and the memberships are read after it; adding a member stores the
/// membership and reads the sockets after it. Whichever comes second sees the other.
async fn enter_all_rooms(
    app: &App,
    signal: &Signal,
    connection: &Connection,
) -> Result<Vec<Room>, Error> {
    app.store.register(connection).await?;
    let memberships = app.store.memberships(connection.user_id, signal.now).all().await?;
    let rooms: Vec<RoomId> = memberships.iter().map(|member| member.room_id).collect();

    let arrivals = stream::iter(app.store.rooms(&rooms).await?).map(|room| async {
        let arrival = app.store.subscribe(room.id, connection).await?;
        Ok::<_, Error>((arrival == Arrival::First).then_some(room))
    });
    let arrived: Vec<Option<Room>> = arrivals.buffer_unordered(AT_ONCE).try_collect().await?;
    Ok(arrived.into_iter().flatten().collect())
}
