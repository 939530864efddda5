//! What a function process works with, and the use cases that more than one function has.

mod admission;
mod fan_out;
mod joining;
mod leaving;
mod reading;
mod secret;
mod sending;
mod sockets;
mod start;

pub use fan_out::StreamRecord;
pub use sending::NewMessage;
pub use start::StartError;

use crate::{
    auth::{Claims, TokenError, Verifier},
    broadcast::Broadcaster,
    config::Config,
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

    /// What a valid access token says.
    pub async fn claims(&self, token: &str, now: jiff::Timestamp) -> Result<Claims, TokenError> {
        let verifier = self.verifier.as_ref().ok_or(TokenError::Unchecked)?;
        verifier.verify(token, now).await
    }
}
