//! `PUT /api/v1/chat/users/{userId}` - creates or replaces a profile.

use std::sync::Arc;

use shared::{
    app::App,
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::{http::PutUser, view::ProfileView},
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve_write(put_user)
}

async fn put_user(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let user = call.user()?;
    call.caller.speaks_for(user)?;
    let profile = call.body::<PutUser>()?.profile(user);

    app.store.put_profile(&profile).await?;

    Reply::found("Profile saved successfully", ProfileView::from(&profile))
}
