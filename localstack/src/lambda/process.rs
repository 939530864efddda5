//! One function process: its environment, its output and its end.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    io,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use tokio::{
    process::{Child, Command},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    dispatch::MAX_CONCURRENCY,
    guard::Guard,
    log::{self, LastLines},
};
use crate::{
    iam::Credentials,
    template::{Function, REGION},
};

/// What the edge's own environment passes on. Not `HOME`: the developer's AWS profile is there.
const INHERITED: [&str; 7] =
    ["PATH", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "RUST_LOG", "RUST_BACKTRACE", "SSL_CERT_FILE"];
/// Unless the edge's own environment says otherwise.
const QUIET: [(&str, &str); 2] = [("NO_COLOR", "1"), ("RUST_LOG", "warn")];
/// How long the last lines of an ended process may take to arrive. A grandchild can hold the
/// pipe open for ever.
const LAST_LINES_WITHIN: Duration = Duration::from_millis(500);

/// Everything needed to start a process of one function.
#[derive(Debug)]
pub struct Program {
    pub function: Function,
    pub path: PathBuf,
    /// URL of the database, `AWS_ENDPOINT_URL_DYNAMODB` of the process.
    pub dynamodb: String,
    /// What it signs its calls of AWS with.
    pub credentials: Option<Credentials>,
    /// Ends the process when the edge is killed.
    pub guard: Arc<Guard>,
}

impl Program {
    /// Runs a process until it ends by itself or `ending` is cancelled. Says how it ended.
    pub async fn run(&self, runtime_api: &str, ending: &CancellationToken) -> String {
        let mut child = match self.spawn(runtime_api) {
            Ok(child) => child,
            Err(error) => return format!("{}: {error}", self.path.display()),
        };
        let group = child.id();
        if let Some(group) = group {
            self.guard.watch(group);
        }
        let last_lines = LastLines::default();
        let output = self.copy_output(&mut child, &last_lines);
        let status = tokio::select! {
            status = child.wait() => status,
            () = ending.cancelled() => kill(&mut child).await,
        };
        if let Some(group) = group {
            self.guard.forget(group);
        }
        let _ = timeout(LAST_LINES_WITHIN, output).await;
        describe(status, &last_lines.joined())
    }

    fn spawn(&self, runtime_api: &str) -> io::Result<Child> {
        Command::new(&self.path)
            // A function must not come to depend on what only this machine has.
            .env_clear()
            .envs(QUIET)
            .envs(inherited())
            .envs(self.environment(runtime_api))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Its own group: the terminal's Ctrl-C is for the edge, which still needs the functions.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }

    /// The variables that Lambda sets, under those of the template.
    fn environment(&self, runtime_api: &str) -> BTreeMap<String, String> {
        let name = &self.function.name;
        let lambda = [
            ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_owned()),
            ("AWS_LAMBDA_MAX_CONCURRENCY", MAX_CONCURRENCY.to_string()),
            ("AWS_LAMBDA_FUNCTION_NAME", name.clone()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", self.function.memory_mb.to_string()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "local".to_owned()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_DEFAULT_REGION", REGION.to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_ENDPOINT_URL_DYNAMODB", self.dynamodb.clone()),
        ];
        let lambda = lambda.map(|(name, value)| (name.to_owned(), value));
        let own = self.function.environment.clone();
        lambda.into_iter().chain(self.credentials()).chain(own).collect()
    }

    fn credentials(&self) -> impl Iterator<Item = (String, String)> {
        let variables = self.credentials.clone().into_iter().flat_map(|credentials| {
            [
                ("AWS_ACCESS_KEY_ID", Some(credentials.access_key)),
                ("AWS_SECRET_ACCESS_KEY", Some(credentials.secret)),
                ("AWS_SESSION_TOKEN", credentials.session_token),
            ]
        });
        variables.filter_map(|(name, value)| Some((name.to_owned(), value?)))
    }

    /// Resolves when both outputs have ended.
    fn copy_output(
        &self,
        child: &mut Child,
        last_lines: &LastLines,
    ) -> impl Future<Output = ()> + use<> {
        let copies = TaskTracker::new();
        let name = &self.function.name;
        if let Some(stdout) = child.stdout.take() {
            copies.spawn(log::copy(name.clone(), stdout, None));
        }
        if let Some(stderr) = child.stderr.take() {
            copies.spawn(log::copy(name.clone(), stderr, Some(last_lines.clone())));
        }
        copies.close();
        async move { copies.wait().await }
    }
}

#[expect(clippy::disallowed_methods, reason = "passed on to another program, not read")]
fn inherited() -> impl Iterator<Item = (&'static str, OsString)> {
    INHERITED.into_iter().filter_map(|name| Some((name, env::var_os(name)?)))
}

async fn kill(child: &mut Child) -> io::Result<ExitStatus> {
    // It may have ended by itself just now.
    let _ = child.start_kill();
    child.wait().await
}

fn describe(status: io::Result<ExitStatus>, last_lines: &str) -> String {
    let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
    if last_lines.is_empty() { status } else { format!("{status}: {last_lines}") }
}
