//! `$disconnect` - forgets a socket. The stream clears its subscriptions and announces who went
//! offline.

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
    if let Some(connection) = app.store.connection(&signal.connection_id).await? {
        app.store.disconnect(&connection).await?;
    }
    Ok(())
}
