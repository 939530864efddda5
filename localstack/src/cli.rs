//! The command line: what can be chosen, and what that means for the services.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use clap::{CommandFactory, Parser, Subcommand, builder::FalseyValueParser, error::ErrorKind};
use tracing_subscriber::filter::Targets;
use uuid::Uuid;

use crate::{
    apigateway::Limits,
    iam::Credentials,
    local::{
        executables::workspace,
        identity::{Auth, Profile, secret_file},
    },
    sabotage::Faults,
    template::Overrides,
};

/// Viewer functions print for their developer.
const QUIET: &str = "warn,viewer=info";

/// Nobody guesses it within a run.
const SHORTEST_SECRET: usize = 16;

const UNPROTECTED: &str = "--host lets others on the network in, whom --auth trusted takes for whoever \
    they say they are. Add --auth required, or --trust-network to let them";

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

    /// Let everybody on the network in, as whoever they say they are: --host with --auth trusted
    #[arg(long, env = "CHAT_TRUST_NETWORK", value_parser = FalseyValueParser::new())]
    trust_network: bool,

    /// Directory that keeps the database, for its owner only. Without it everything is in memory
    #[arg(long, env = "CHAT_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Whether callers are who they say they are
    #[arg(long, env = "CHAT_AUTH", value_enum, default_value_t = Auth::Trusted)]
    pub auth: Auth,

    /// Secret that access tokens are signed with, 32 bytes or more. Everybody on the machine can read a
    /// command line: --jwt-secret-file and the environment are safer
    #[arg(long, env = "JWT_SECRET", hide_env_values = true, global = true)]
    pub jwt_secret: Option<String>,

    /// File with that secret, by default target/local-jwt-secret. One that is not there gets a secret
    /// that the machine makes up
    #[arg(long, env = "JWT_SECRET_FILE", global = true, value_name = "FILE", default_value_os_t = secret_file(), hide_default_value = true)]
    pub jwt_secret_file: PathBuf,

    /// Secret of the developer's own calls: what `AWS_SECRET_ACCESS_KEY` is for them, and the password of
    /// /_edge. 16 bytes or more, made up at each start without it
    #[arg(long, env = "CHAT_DEVELOPER_SECRET", hide_env_values = true, value_name = "SECRET", value_parser = secret)]
    developer_secret: Option<String>,

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

    /// Seconds that a client may read nothing, or take for a request, for tests
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
    /// Reads the command line. Ends the program when it cannot be read, or lets in more than it says.
    pub fn read() -> Self {
        let cli = Self::parse();
        let is_public = cli.host.is_some_and(|host| !host.is_loopback());
        if is_public && cli.auth == Auth::Trusted && !cli.trust_network {
            Self::command().error(ErrorKind::MissingRequiredArgument, UNPROTECTED).exit();
        }
        cli
    }

    /// What the developer signs calls with.
    pub fn developer(&self) -> Credentials {
        let made_up = || Uuid::new_v4().simple().to_string();
        Credentials::of_developer(self.developer_secret.clone().unwrap_or_else(made_up))
    }

    /// The template's parameters: those that the edge decides, and those of the command line.
    pub fn parameters(&self, address: SocketAddr) -> Overrides {
        let is_trusted = self.auth == Auth::Trusted;
        let own = [
            ("LocalEndpoint", format!("http://{address}")),
            ("AuthMode", if is_trusted { "trusted" } else { "required" }.to_owned()),
            // Where callers are believed there is nothing to hide, and the room guide shows addresses.
            ("ShareEmails", is_trusted.to_string()),
        ];
        Overrides {
            own: own.map(|(name, value)| (name.to_owned(), value)).into(),
            asked: self.parameters.iter().cloned().collect(),
        }
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

    /// The page for the project's own template. Another template has a page of its own, or none.
    pub fn page(&self) -> Option<PathBuf> {
        let is_own = self.template == project_template();
        is_own.then(|| workspace().join("localstack/page"))
    }

    /// The faults to inject, none unless a test asks for some.
    pub fn faults(&self) -> Faults {
        let faults = self.faults.clone().unwrap_or_default();
        faults.seed(self.faults_seed);
        faults
    }
}

fn secret(text: &str) -> Result<String, String> {
    if text.len() < SHORTEST_SECRET {
        return Err(format!("must have at least {SHORTEST_SECRET} bytes, this has {}", text.len()));
    }
    Ok(text.to_owned())
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
        let parameters = cli.parameters("127.0.0.1:3000".parse().unwrap()).own;
        assert_eq!(parameters["LocalEndpoint"], "http://127.0.0.1:3000");
        assert_eq!((&*parameters["AuthMode"], &*parameters["ShareEmails"]), ("trusted", "true"));
        let parameters = Cli::parse_from(["localstack", "--auth", "required"])
            .parameters("127.0.0.1:3000".parse().unwrap())
            .own;
        assert_eq!((&*parameters["AuthMode"], &*parameters["ShareEmails"]), ("required", "false"));
    }

    #[test]
    fn a_test_may_shorten_the_limits_of_a_socket() {
        let cli = Cli::parse_from(["localstack", "--idle-timeout-seconds", "1"]);
        assert_eq!(cli.limits().idle, Duration::from_secs(1));
        assert_eq!(cli.limits().lifetime, Limits::default().lifetime);
    }
}
