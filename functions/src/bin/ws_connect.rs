//! `$connect` - admits a member's socket to the room and announces who came online.

use std::sync::Arc;

use shared::{
    app::App,
    domain::{Connection, Event, Refusal},
    error::Error,
    lambda::socket::{self, Signal},
    store::Arrival,
};

fn main() -> Result<(), lambda_http::Error> {
    socket::serve(connect)
}

async fn connect(app: Arc<App>, signal: Signal) -> Result<(), Error> {
    let room = signal.query_id("room_id")?.ok_or(Error::Anonymous("room_id"))?;
    let user = signal.query_id("user_id")?.ok_or(Error::Anonymous("user_id"))?;

    let member = app.store.standing(room, user).await?.membership()?;
    let (id, connected_at) = (signal.connection_id.clone(), signal.connected_at);
    let connection = Connection { id, user_id: user, room_id: Some(room), connected_at };
    let arrival = app.store.connect(&connection, room).await?;

    match arrival {
        Arrival::First if member.room.announces_presence(app.config.presence_max_members) => {
            let online = Event::MemberOnline { room, user };
            app.broadcaster.tell(online, signal.now, Some(&signal.connection_id)).await;
        }
        Arrival::First | Arrival::Another => {}
        Arrival::NotAMember => return Err(Refusal::NotAMember { room, user }.into()),
    }
    Ok(())
}
