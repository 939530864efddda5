//! `PUT /api/v1/chat/users/{userId}` - creates or replaces a profile, but for what tokens say of it.

use std::sync::Arc;

use shared::{
    app::App,
    error::Error,
    lambda::http::{self, Call, Reply},
    wire::{http::PutUser, view::ProfileView},
};

fn main() -> Result<(), lambda_http::Error> {
    http::serve(put_user)
}

async fn put_user(app: Arc<App>, call: Call) -> Result<Reply, Error> {
    let user = call.user()?;
    call.caller.speaks_for(user)?;
    let profile = call.body::<PutUser>()?.profile(user);
    app.check_address("profile_image", profile.profile_image.as_ref())?;

    let profile = app.store.put_profile(&profile, call.claims).await?;

    let view = ProfileView::new(&profile, app.viewer(Some(user)));
    Reply::found("Profile saved successfully", view)
}
