//! `$disconnect` - forgets a socket and announces who went offline.

use std::sync::Arc;

use shared::{
    app::App,
    error::Error,
    lambda::socket::{self, Signal},
};

fn main() -> Result<(), lambda_http::Error> {
    socket::serve(disconnect)
}

async fn disconnect(app: Arc<App>, signal: Signal) -> Result<(), Error> {
    let Some(connection) = app.store.connection(&signal.connection_id).await? else {
        return Ok(());
    };

    let left = app.store.disconnect(&connection, signal.now).await?;

    app.broadcaster.broadcast_offline(connection.user_id, left, signal.now).await;
    Ok(())
}
