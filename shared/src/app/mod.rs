//! What a function process works with, and the use cases that more than one function has.

mod admission;
mod joining;
mod leaving;
mod reading;
mod secret;
mod sending;
mod sockets;
mod start;
mod stream;

pub use sending::NewMessage;
pub use start::StartError;
pub use stream::StreamRecord;

use crate::{
    auth::{AuthMode, TokenError, Verifier},
    broadcast::Broadcaster,
    config::Config,
    domain::{ProfileClaims, Url, UserId, Viewer},
    error::{Error, Unencrypted},
    store::Store,
};

/// Configuration, table, sockets and token keys of a process; [`App::start`] builds them once.
#[derive(Debug)]
pub struct App {
    pub config: Config,
    pub store: Store,
    pub broadcaster: Broadcaster,
    verifier: Option<Verifier>,
}

impl App {
    /// An app of these parts, which checks no tokens.
    #[must_use]
    pub fn new(config: Config, store: Store, broadcaster: Broadcaster) -> Self {
        Self { config, store, broadcaster, verifier: None }
    }

    /// Whose access token it is, if it is valid, and what it says of its user.
    pub async fn caller(
        &self,
        token: &str,
        now: jiff::Timestamp,
    ) -> Result<(UserId, ProfileClaims), TokenError> {
        let verifier = self.verifier.as_ref().ok_or(TokenError::Unchecked)?;
        let claims = verifier.verify(token, now).await?;
        let (user, mut says) = (claims.user, claims.profile());
        says.profile_image = says.profile_image.filter(|address| self.takes(address));
        Ok((user, says))
    }

    /// For whom an answer is written.
    #[must_use]
    pub fn viewer(&self, user: Option<UserId>) -> Viewer {
        Viewer { user, sees_emails: self.config.share_emails }
    }

    /// Refuses an address over which others could read along, or put something else there.
    pub fn check_address(&self, name: &'static str, address: Option<&Url>) -> Result<(), Error> {
        let is_taken = address.is_none_or(|address| self.takes(address));
        if is_taken { Ok(()) } else { Err(Unencrypted(name).into()) }
    }

    /// Where callers are believed it is a machine of one's own, whose files have no certificate.
    fn takes(&self, address: &Url) -> bool {
        address.is_encrypted() || self.config.auth_mode == AuthMode::Trusted
    }
}
