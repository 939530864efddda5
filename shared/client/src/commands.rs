//! What `tail` and `send` do.

use std::{
    io::{self, Write},
    time::Duration,
};

use client::{Backoff, Client, News, Pace, Refusal, Trouble};
use jiff::Timestamp;
use serde_json::Value;
use tokio::{signal, time::sleep};
use uuid::Uuid;

use crate::{
    cli::{Place, Send, Tail},
    printed::{event, json, line},
};

/// Somebody waits before the screen: more often than a phone.
const PACE: Pace = Pace {
    backoff: Backoff::new(Duration::from_millis(500), Duration::from_secs(5)),
    ..Pace::PHONE
};
/// How often a text is sent.
const ATTEMPTS: u32 = 5;

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Trouble(#[from] Trouble),
    #[error("nothing can be printed: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// What was wrong, and what would be right.
    pub fn explained(&self, place: &Place) -> String {
        let Place { url, user, .. } = place;
        match self {
            Self::Trouble(Trouble::Unreachable(why)) => {
                format!("nobody answers at {url}: {why}. `cargo run --release` starts a chat here")
            }
            Self::Trouble(Trouble::Refused(Refusal { status: 401, message })) => format!(
                "{message}: pass an access token of user {user} with --token or in CHAT_TOKEN. For a \
                 chat here: export CHAT_TOKEN=$(cargo run --release --quiet -- token --user {user})"
            ),
            other => other.to_string(),
        }
    }
}

/// Prints what happens until Ctrl-C.
pub async fn tail(Tail { place, last, after, json }: Tail) -> Result<(), Failure> {
    let service = place.service();
    // Asked also to begin after another message: who may not read is told so here.
    let newest = service.newest_messages(place.room, last.max(1)).await?.messages;
    let newest_id = newest.first().map_or(0, |message| message.id);
    if after.is_none() {
        for message in newest.iter().take(last.into()).rev() {
            print(&event(message), json)?;
        }
    }
    let after = after.unwrap_or(newest_id);
    let (_client, mut news) = Client::listen(service, place.room, PACE, after);
    let mut said = None;
    loop {
        let news = tokio::select! {
            interrupted = signal::ctrl_c() => return Ok(interrupted?),
            Some(news) = news.recv() => news,
        };
        match news {
            News::Message(message) => print(&event(&message), json)?,
            News::Event(event) => print(&event, json)?,
            News::Trouble(refused @ Trouble::Refused(_)) => return Err(refused.into()),
            News::Trouble(passing) => {
                let trouble = Some(passing.to_string());
                // Once, however often it is tried.
                if said != trouble {
                    // With stderr closed nobody reads it.
                    let _ = writeln!(io::stderr(), "{passing}; trying again");
                    said = trouble;
                }
                continue;
            }
        }
        said = None;
    }
}

/// Sends a text, and prints the message.
pub async fn send(Send { place, text, json }: Send) -> Result<(), Failure> {
    let (service, key) = (place.service(), Uuid::new_v4());
    let mut backoff = PACE.backoff;
    for _ in 1..ATTEMPTS {
        match service.send(place.room, key, &text).await {
            Err(passing @ Trouble::Passing { .. }) => {
                sleep(passing.retry_after() + backoff.pause()).await;
            }
            outcome => return Ok(print(&event(&outcome?), json)?),
        }
    }
    Ok(print(&event(&service.send(place.room, key, &text).await?), json)?)
}

/// Prints one line.
#[expect(clippy::disallowed_methods, reason = "most events do not say when they came")]
fn print(event: &Value, as_json: bool) -> io::Result<()> {
    let text = if as_json { json(event) } else { line(event, Timestamp::now()) };
    writeln!(io::stdout(), "{text}")
}
