//! The command line.

use clap::{Args, Parser, Subcommand, value_parser};

use client::{Address, Service};

/// A room of the chat on the command line.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo run --release --")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do there.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print what happens in a room, a line for each event, until Ctrl-C. Nothing is missed when the
    /// connection breaks
    Tail(Tail),
    /// Send a text to a room, and print it as it was stored
    Send(Send),
}

/// What `tail` can be told.
#[derive(Debug, Args)]
pub struct Tail {
    #[command(flatten)]
    pub place: Place,

    /// How many of the messages before to begin with
    #[arg(long, default_value_t = 10, value_name = "COUNT", value_parser = value_parser!(u8).range(..=200))]
    pub last: u8,

    /// Id of the message to begin after, 0 for the first one of the room
    #[arg(long, value_name = "ID", conflicts_with = "last")]
    pub after: Option<u64>,

    /// Print the events as they were sent, as JSON
    #[arg(long)]
    pub json: bool,
}

/// What `send` can be told.
#[derive(Debug, Args)]
pub struct Send {
    #[command(flatten)]
    pub place: Place,

    /// The text
    pub text: String,

    /// Print the message as its event, as JSON
    #[arg(long)]
    pub json: bool,
}

/// Which room, and who is there.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Id of the room
    #[arg(long, value_parser = value_parser!(u64).range(1..))]
    pub room: u64,

    /// Id of the user
    #[arg(long, value_parser = value_parser!(u64).range(1..))]
    pub user: u64,

    /// Where the chat is
    #[arg(long, env = "CHAT_URL", default_value = "http://localhost:3000", value_parser = base_url)]
    pub url: String,

    /// Access token of the user. Only a local chat does without, one that trusts its callers
    #[arg(long, env = "CHAT_TOKEN", hide_env_values = true, value_parser = token)]
    pub token: Option<String>,
}

impl Place {
    pub fn service(&self) -> Service {
        // `https` becomes `wss`.
        let address = Address::new(&self.url, self.url.replacen("http", "ws", 1));
        Service::new(address, self.user, self.token.clone())
    }
}

fn base_url(text: &str) -> Result<String, String> {
    match reqwest::Url::parse(text) {
        Ok(url) if ["http", "https"].contains(&url.scheme()) && url.query().is_none() => {
            // As it was parsed: the scheme in lower case, which becomes that of the sockets.
            Ok(url.as_str().trim_end_matches('/').to_owned())
        }
        _ => Err("must be like https://chat.example.com or http://localhost:3000".to_owned()),
    }
}

fn token(text: &str) -> Result<String, String> {
    let is_token = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
    is_token.then(|| text.to_owned()).ok_or_else(|| "must be one word, such as a JWT".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parsed(arguments: &str) -> Result<Command, String> {
        let cli = Cli::try_parse_from(["client"].into_iter().chain(arguments.split(' ')));
        cli.map(|cli| cli.command).map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_cannot_work_is_refused_with_what_would() {
        for (arguments, why) in [
            ("tail --room 0 --user 1", "1.."),
            ("tail --room 1", "--user"),
            ("send --room 1 --user 1", "<TEXT>"),
            ("tail --room 1 --user 1 --url localhost:3000", "http://localhost:3000"),
            ("tail --room 1 --user 1 --token é", "one word"),
            ("tail --room 1 --user 1 --last 201", "0..=200"),
            ("tail --room 1 --user 1 --last 5 --after 5", "--after"),
        ] {
            let error = parsed(arguments).expect_err(arguments);
            assert!(error.contains(why), "{arguments}: {error}");
        }
    }

    #[test]
    fn a_url_may_end_with_a_slash_and_have_a_scheme_in_capitals() {
        for url in ["https://a.example", "https://a.example/", "HTTPS://a.example//"] {
            let Ok(Command::Tail(tail)) = parsed(&format!("tail --room 1 --user 2 --url {url}"))
            else {
                panic!("it is a URL");
            };
            assert_eq!(tail.place.url, "https://a.example");
        }
    }
}
