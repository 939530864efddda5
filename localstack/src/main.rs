//! The cloud on one machine: CloudFront, API Gateway, Lambda and DynamoDB for one AWS SAM template.
//!
//! It knows the template and nothing of the application: the functions are processes that it runs.

mod apigateway;
mod cli;
mod cloudfront;
mod dynamodb;
mod edge;
mod exchange;
mod iam;
mod inspector;
mod journal;
mod lambda;
mod local;
mod loopback;
mod sabotage;
mod template;

use std::{
    io::{self, IsTerminal, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use tracing_subscriber::{
    Layer, filter::Targets, fmt, layer::SubscriberExt, registry, util::SubscriberInitExt,
};

use cli::{Cli, Command};
use dynamodb::{Database, Gate, Items, Writes};
use edge::{Edge, EdgeOptions, Files, Serving, Tokens};
use iam::Iam;
use lambda::{EventSources, Functions};
use local::{
    banner::Banner,
    demo::Demo,
    executables,
    identity::{Auth, Identity, Profile},
    listeners::Listeners,
    stop::Stop,
};
use template::Template;

/// A page asks for the next token when one is over.
const PAGE_TOKEN: Duration = Duration::from_hours(1);

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::read();
    log_to_stderr(cli.log.clone());
    match run(&cli, Instant::now()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With stderr closed nobody reads it.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: &Cli, started: Instant) -> Result<()> {
    let identity = Identity::new(cli.jwt_secret.clone(), &cli.jwt_secret_file)?;
    match &cli.command {
        Some(Command::Token { user, expires_in, profile }) => {
            let token = identity.token(*user, profile, Duration::from_secs(*expires_in))?;
            writeln!(io::stdout(), "{token}").context("stdout is closed")
        }
        Some(Command::Secret) => {
            writeln!(io::stdout(), "{}", identity.secret()).context("stdout is closed")
        }
        None => serve(cli, &identity, started).await,
    }
}

async fn serve(cli: &Cli, identity: &Identity, started: Instant) -> Result<()> {
    allow_many_sockets();
    let listeners = Listeners::bind(cli.host, cli.port).await?;
    let (address, host, public) = (listeners.address, listeners.name(), listeners.public());
    let mut template = Template::read(&cli.template, &cli.parameters(address))?;
    identity.share_with(&mut template);
    let template = Arc::new(template);
    let mut stop = Stop::on_signals().context("signals cannot be received")?;

    let database = Database::open(&template.tables, cli.data.as_deref(), Writes::default())?;
    let developer = cli.developer();
    let iam = Arc::new(Iam::new(&template.functions, developer.clone()));
    let gate = Gate::serve(&database, &template.tables, Arc::clone(&iam)).await?;
    let faults = cli.faults();
    let functions =
        Functions::serve(&template, directory(cli)?, &gate.url, &iam, faults.clone()).await?;
    let event_sources = EventSources::start(&template, &database, &functions)?;
    let options = EdgeOptions {
        template: Arc::clone(&template),
        functions: functions.clone(),
        iam,
        event_sources: event_sources.reports(),
        strict: cli.strict,
        limits: cli.limits(),
        faults,
        files: files(cli)?,
        tokens: tokens(cli, identity),
        items: Items::of(&database, &template.tables),
    };
    let edge = Edge::new(options)?;
    let demo = if cli.no_demo { None } else { Some(Demo::read()?) };
    let serving = Serving::start(&edge, listeners.sockets);
    // After the edge serves: functions call it when they start, and the demo data is sent to its routes.
    let demo_data = load(demo.as_ref().filter(|_| database.is_new), identity, address);
    let prepare = async {
        tokio::join!(functions.check(), demo_data);
    };
    stop.unless_stopped(prepare).await;
    // Also when the demo data is incomplete: the log says so, and waiting would not complete it.
    edge.set_ready();
    let banner = Banner {
        template: &template,
        host: &host,
        port: address.port(),
        public,
        auth: cli.auth,
        has_page: cli.page().is_some(),
        dynamodb: &gate.url,
        credentials: (&developer.access_key, &developer.secret),
        demo: demo.as_ref().map(|demo| (demo.contains.as_str(), demo.examples(cli.auth, &host))),
        took: started.elapsed(),
    };
    writeln!(io::stdout(), "{banner}").context("stdout is closed")?;

    stop.wait().await;
    shut_down(&edge, event_sources, serving, functions).await;
    drop((gate, database));
    Ok(())
}

async fn shut_down(edge: &Edge, mappings: EventSources, serving: Serving, functions: Functions) {
    // First the sockets: their `$disconnect` functions still call the edge and the database.
    edge.shutdown().await;
    // Their functions' writes are worked off, and those functions post to the edge.
    mappings.shutdown().await;
    serving.stop().await;
    functions.shutdown().await;
}

/// Where the built functions are.
fn directory(cli: &Cli) -> Result<PathBuf> {
    let directory = cli.functions.clone().map_or_else(executables::directory, Ok);
    directory.context("the functions cannot be found")
}

/// The page, and what it may offer to begin with.
fn files(cli: &Cli) -> Result<Files> {
    let Some(page) = cli.page() else { return Ok(Files::default()) };
    let files = Files::below(&page).with_context(|| format!("no page at {}", page.display()))?;
    Ok(if cli.no_demo { files } else { files.and("/demo.json", Demo::file()) })
}

/// Where callers are believed a token says nothing more than they do.
fn tokens(cli: &Cli, identity: &Identity) -> Tokens {
    let identity = identity.clone();
    match cli.auth {
        Auth::Required => Tokens::default(),
        Auth::Trusted => Tokens::for_everybody(move |user| {
            identity.token(user, &Profile::default(), PAGE_TOKEN).ok()
        }),
    }
}

async fn load(demo: Option<&Demo>, identity: &Identity, address: SocketAddr) {
    let Some(demo) = demo else { return };
    if let Err(error) = demo.load(identity, address).await {
        tracing::warn!("The demo data is incomplete: {:#}", anyhow::Error::from(error));
    }
}

fn allow_many_sockets() {
    // The usual soft limit is 1,024 open files, 256 on macOS: each socket is one.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::debug!(%error, "The limit of open files stays as it is");
    }
}

fn log_to_stderr(what: Targets) {
    let lines = fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .without_time()
        .with_filter(what);
    registry().with(lines).init();
}
