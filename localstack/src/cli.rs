//! The command line: what can be chosen, and what that means for the services.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use clap::{Parser, Subcommand, builder::FalseyValueParser};
use tracing_subscriber::filter::Targets;

use crate::{
    apigateway::Limits,
    local::{
        executables::workspace,
        identity::{Auth, Profile, secret_file},
    },
    sabotage::Faults,
};

/// The database reports every condition that does not hold, which functions rely on.
const QUIET: &str = "warn,dynoxide=error,viewer=info";

/// The cloud on one machine: an API Gateway, Lambda and DynamoDB stand-in that serves an AWS SAM template.
#[derive(Debug, Parser)]
#[command(version, after_help = "RUST_LOG=info shows what the functions log.")]
#[command(args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do instead of serving
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Port to listen on, 0 for any free one
    #[arg(long, env = "CHAT_PORT", default_value_t = 3000)]
    pub port: u16,

    /// Address to listen on instead of both loopback addresses
    #[arg(long, env = "CHAT_HOST")]
    pub host: Option<IpAddr>,

    /// Directory that keeps the database. Without it everything is in memory
    #[arg(long, env = "CHAT_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Whether callers are who they say they are
    #[arg(long, env = "CHAT_AUTH", value_enum, default_value_t = Auth::Trusted)]
    pub auth: Auth,

    /// Secret that access tokens are signed with, 32 bytes or more. Without it the machine makes one
    /// up and keeps it in target/local-jwt-secret
    #[arg(long, env = "JWT_SECRET", hide_env_values = true, global = true)]
    pub jwt_secret: Option<String>,

    /// File that keeps the secret, for ./localstack/up, which may run a program of another clone
    #[arg(long, hide = true, global = true, value_name = "FILE", default_value_os_t = secret_file())]
    pub jwt_secret_file: PathBuf,

    /// Parameter of the template, such as AllowedOrigins=https://app.example.com. May be repeated
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = assignment)]
    parameters: Vec<(String, String)>,

    /// Start empty, without demo data
    #[arg(long, env = "CHAT_NO_DEMO", value_parser = FalseyValueParser::new())]
    pub no_demo: bool,

    /// Directory with the functions' executables, instead of the one with this program
    #[arg(long, env = "CHAT_FUNCTIONS", value_name = "DIR")]
    pub functions: Option<PathBuf>,

    /// Refuse what API Gateway refuses: no binary frames, no close codes for refused sockets
    #[arg(long, env = "CHAT_STRICT", value_parser = FalseyValueParser::new())]
    pub strict: bool,

    /// AWS SAM template to serve instead of the project's infra/template.yaml
    #[arg(long, env = "CHAT_TEMPLATE", value_name = "FILE", default_value_os_t = project_template(), hide_default_value = true)]
    pub template: PathBuf,

    /// What is logged, of the edge here and of the functions by the environment
    #[arg(long, env = "RUST_LOG", hide = true, default_value = QUIET)]
    pub log: Targets,

    /// Seconds after which a silent socket is closed, for tests
    #[arg(long, hide = true)]
    idle_timeout_seconds: Option<u64>,

    /// Seconds after which any socket is closed, for tests
    #[arg(long, hide = true)]
    lifetime_seconds: Option<u64>,

    /// Seconds that a client may read nothing, for tests
    #[arg(long, hide = true)]
    slow_client_seconds: Option<u64>,

    /// Faults to inject and how often, such as `post_410=0.02,kill_function=0.01`, for tests
    #[arg(long, hide = true)]
    faults: Option<Faults>,

    /// Where the sequence of faults begins, for tests
    #[arg(long, hide = true, default_value_t = 0)]
    faults_seed: u64,
}

/// What the program does besides serving.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print an access token for the local run
    Token {
        /// User the token is for
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
        user: u64,

        /// Seconds until the token expires
        #[arg(long, default_value_t = 86_400)]
        expires_in: u64,

        /// What the token says of the user.
        #[command(flatten)]
        profile: Profile,
    },
    /// Print the secret that access tokens are signed with, for ./localstack/up
    #[command(hide = true)]
    Secret,
}

impl Cli {
    /// The template's parameters that are the edge's to decide.
    pub fn parameters(&self, address: SocketAddr) -> BTreeMap<String, String> {
        let auth = match self.auth {
            Auth::Trusted => "trusted",
            Auth::Required => "required",
        };
        // Where callers are believed there is nothing to hide, and the room guide shows addresses.
        let share_emails = self.auth == Auth::Trusted;
        [
            ("LocalEndpoint", format!("http://{address}")),
            ("AuthMode", auth.to_owned()),
            ("ShareEmails", share_emails.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .chain(self.parameters.iter().cloned())
        .collect()
    }

    /// Limits of a socket: API Gateway's own, or the shorter times of a test.
    pub fn limits(&self) -> Limits {
        let defaults = Limits::default();
        let seconds = |given: Option<u64>, default| given.map_or(default, Duration::from_secs);
        Limits {
            idle: seconds(self.idle_timeout_seconds, defaults.idle),
            lifetime: seconds(self.lifetime_seconds, defaults.lifetime),
            slow_client: seconds(self.slow_client_seconds, defaults.slow_client),
            ..defaults
        }
    }

    /// The faults to inject, none unless a test asks for some.
    pub fn faults(&self) -> Faults {
        let faults = self.faults.clone().unwrap_or_default();
        faults.seed(self.faults_seed);
        faults
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must be NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn project_template() -> PathBuf {
    workspace().join("infra/template.yaml")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_defaults_serve_the_project_on_port_3000_and_trust_callers() {
        let cli = Cli::parse_from(["localstack"]);
        assert_eq!((cli.port, cli.auth), (3000, Auth::Trusted));
        assert!(cli.template.is_file(), "{}", cli.template.display());
        let parameters = cli.parameters("127.0.0.1:3000".parse().unwrap());
        assert_eq!(parameters["LocalEndpoint"], "http://127.0.0.1:3000");
        assert_eq!((&*parameters["AuthMode"], &*parameters["ShareEmails"]), ("trusted", "true"));
        let parameters = Cli::parse_from(["localstack", "--auth", "required"])
            .parameters("127.0.0.1:3000".parse().unwrap());
        assert_eq!((&*parameters["AuthMode"], &*parameters["ShareEmails"]), ("required", "false"));
    }

    #[test]
    fn a_test_may_shorten_the_limits_of_a_socket() {
        let cli = Cli::parse_from(["localstack", "--idle-timeout-seconds", "1"]);
        assert_eq!(cli.limits().idle, Duration::from_secs(1));
        assert_eq!(cli.limits().lifetime, Limits::default().lifetime);
    }
}
