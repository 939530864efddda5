//! `DELETE /api/v1/chat/users/{userId}/sockets` - signs a user out everywhere: makes an end of the
//! tickets, and closes all sockets before it answers. The stream announces who went offline.

use std::sync::Arc;

use shared::{
    app::App,
    domain::Refusal,
    error::Error,
    lambda::http::{self, Call, Reply},
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve_write(end_sockets)
}

async fn end_sockets(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let user = call.user()?;
    call.caller.speaks_for(user)?;

    if !app.store.sign_out(user).await? {
        return Err(Refusal::UnknownUser(user).into());
    }
    let sockets = app.store.connections_of(user, call.now).await?;
    app.close_promptly(sockets.clone(), call.now).await;
    // Also one that could not be closed, because its client does not read or its `$connect` is still
    // running: what is forgotten says nothing, and hears nothing once the stream has cleared it.
    app.store.disconnect_all(&sockets).await?;

    Reply::done("Signed out everywhere")
}
